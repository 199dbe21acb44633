// The one way this page makes elements: texts become text nodes, never markup.
const $ = (id) => document.getElementById(id);

function make(tag, traits = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') element.textContent = value;
    else if (name === 'click') element.addEventListener('click', value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

// A link to a web address or a page of this site; null for any other address.
function linkTo(url, text, traits = {}) {
  const outside = /^https?:\/\//.test(url);
  if (!outside && !/^(\.{1,2}\/)*[\w-][\w./-]*(#[\w./:%-]*)?$/.test(url)) return null;
  const away = outside ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return make('a', { href: url, text, ...away, ...traits });
}

// Gives an element a colour of its own that stands out on either theme; the style sheet picks one of the two.
function paint(element, colour, contrast) {
  for (const theme of ['light', 'dark']) {
    const [red, green, blue] = clear(colour, theme === 'dark', contrast);
    element.style.setProperty(`--on-${theme}`, `rgb(${red} ${green} ${blue})`);
  }
}

// Calls `act` once, after calls have stopped for so many milliseconds.
function settled(act, wait) {
  let timer = 0;
  return (...told) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...told), wait);
  };
}
