// Starts the overview: the page as it is for other maps, but for the parts that need all papers at once.
class FarPage extends Page {
  constructor(map) {
    super(map);
    this.scene = new FarScene(map);
  }

  extent() { return this.scene.far.bounds; }

  furnish() {
    const { scene } = this;
    // Which papers a filter leaves is known of few only, so names stay.
    this.labels.refresh = () => this.labels.place();
    this.route = new FarRoute(this);
    this.choices = new FarChoices(this);
    const { choices } = this;
    this.hover = new FarHover($('hover'), scene);
    this.panel = new FarPanel($('panel'), scene, this.asked());
    this.titles = new FarTitles($('titles'), scene, this.camera, this.labels);
    scene.onChunk(settled(() => this.titles.place(), 140));
    this.tree = new Tree($('tree'), scene, { focus: (label, coarse) => choices.focus(label, coarse) });
    this.tree.make();
    this.search = new FarSearch($('search'), $('results'), $('found'), scene, {
      open: (index) => choices.open(index, true), topic: (label) => choices.focus(label, false),
    });
    // What needs all papers at once is on the categories' own maps.
    this.openTimeline(false);
    this.timeline = { first: 0, last: 0 };
    this.legend = new FarLegend($('colour'), $('legend'), scene);
    $('legend').parentElement.after(make('details', { open: scene.far.places.length <= 8 }, make('summary', { text: say('far_places') }), places(scene)));
    this.listen();
    for (const part of [$('open-timeline'), $('rising'), document.querySelector('.choices')]) part.hidden = true;
    scene.filters.onChange(() => this.filtered());
    this.tell();
  }

  draw() { super.draw(FarPlot); }

  tell() {
    const { count, focused } = this.scene;
    $('status').textContent = focused ? say('shown_of', { count: numbers.format(focused.papers), all: numbers.format(count) }) : counted(count);
  }
}

read('map').then((map) => new FarPage(map).start()).catch((error) => {
  console.error(error);
  $('failure').hidden = false;
});
