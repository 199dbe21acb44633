// Light and dark, the drawers of a small window, and what is remembered between visits.
function remembered(name) {
  try {
    return localStorage.getItem(`map.${name}`);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`map.${name}`, value);
  } catch {
    // A page from disk or a private window may have no memory; the choice holds for this visit.
  }
}

const darkSystem = matchMedia('(prefers-color-scheme: dark)');

class Theme {
  constructor(button, changed) {
    this.changed = changed;
    this.button = button;
    button.addEventListener('click', () => {
      const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
      remember('theme', next);
      this.set(next);
    });
    darkSystem.addEventListener('change', () => { if (!remembered('theme')) this.set(this.wanted()); });
    this.set(this.wanted());
  }

  wanted() {
    const kept = remembered('theme');
    return kept === 'light' || kept === 'dark' ? kept : darkSystem.matches ? 'dark' : 'light';
  }

  set(theme) {
    document.documentElement.dataset.theme = theme;
    this.button.setAttribute('aria-pressed', String(theme === 'dark'));
    this.changed();
  }
}

// A button that opens and closes a part of the page.
function drawer(button, element, moved, open) {
  const set = (next) => {
    element.hidden = !next;
    button.setAttribute('aria-expanded', String(next));
    moved();
  };
  button.addEventListener('click', () => set(element.hidden));
  set(open);
  return set;
}
