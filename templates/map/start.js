read('map').then((map) => new Page(map).start()).catch((error) => {
  console.error(error);
  $('failure').hidden = false;
});
