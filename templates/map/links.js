// The page's address says what is seen: #paper=…&topic=…&view=…&assignment=…&since=…
const PARTS = ['assignment', 'topic', 'paper', 'since', 'view'];

// The parts of an address, as a Map; unknown ones are left out.
function addressed(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ''));
  return new Map(PARTS.filter((part) => told.get(part)).map((part) => [part, told.get(part)]));
}

// `:`, `/` and `,` may stand in a fragment, and ids read better with them.
const written = (parts) => PARTS.filter((part) => parts.get(part))
  .map((part) => `${part}=${encodeURIComponent(parts.get(part)).replace(/%(3A|2F|2C)/g, decodeURIComponent)}`).join('&');

// Three numbers: the centre in map units and how many of them the window is wide.
function viewText(camera) {
  return [camera.x, camera.y, camera.width / 2 ** camera.zoom].map((part) => Number(part.toPrecision(5))).join(',');
}

function viewOf(text, camera) {
  const [x, y, wide, ...rest] = text.split(',').map(Number);
  if (rest.length || ![x, y, wide].every(Number.isFinite) || wide <= 0) return null;
  return { x, y, zoom: Math.log2(camera.width / wide) };
}

// Copies the whole address; by the old way where a browser gives a page from disk no clipboard.
async function copyAddress() {
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    const field = make('textarea', { readonly: true });
    field.value = location.href;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}

// Keeps the address and the page at one.
class Route {
  constructor(page) {
    this.page = page;
    this.parts = new Map();
    this.going = 0;
    this.last = Promise.resolve();
    // The event comes after the address has changed: a glide that ends in between may have written its own there.
    addEventListener('hashchange', ({ newURL }) => {
      const { hash } = new URL(newURL);
      if (hash !== this.written) this.follow(hash);
    });
  }

  // Brings the page to what an address says.
  follow(hash) { return this.go(addressed(hash), true); }

  // One after the other, and the address stays as it is until the page has come to it.
  go(wanted, whole = false) {
    this.going += 1;
    this.last = this.last.catch(() => {}).then(() => this.arrive(wanted, whole)).finally(() => {
      this.going -= 1;
      this.write();
    });
    return this.last;
  }

  async arrive(wanted, whole) {
    const { scene } = this.page;
    // Ids come with the titles.
    await scene.titles;
    const shown = scene.map.assignments;
    this.page.tell();
    const key = wanted.get('assignment') ?? (wanted.has('topic') || whole ? shown[0] : scene.assignment.key);
    await this.page.choices.assign(shown.includes(key) ? key : shown[0]);
    if (scene.assignment.key !== shown[0]) this.parts.set('assignment', scene.assignment.key);
    else this.parts.delete('assignment');
    if (whole || wanted.has('since')) this.page.choices.since(wanted.get('since') ?? '');
    const view = wanted.has('view') ? viewOf(wanted.get('view'), this.page.camera) : null;
    const found = wanted.has('topic') ? this.labelOf(wanted.get('topic')) : null;
    if (found) this.page.choices.focus(found.label, found.coarse, !view);
    else if (this.parts.has('topic')) this.page.choices.unfocus(!view && !wanted.has('paper'));
    const index = wanted.has('paper') ? scene.byId.get(wanted.get('paper')) : undefined;
    if (index !== undefined) this.page.choices.open(index, !view);
    else if (this.page.panel.open && !found) this.page.choices.close();
    if (view) {
      this.page.camera.stop();
      this.page.camera.move(view.x, view.y, view.zoom);
      this.parts.set('view', viewText(this.page.camera));
    }
    if ((wanted.has('paper') && index === undefined) || (wanted.has('topic') && !found)) $('status').textContent = say('not_here');
  }

  // The label that an address means: a topic's lasting id, a name, or a group's name behind a `~`.
  labelOf(text) {
    const { assignment } = this.page.scene;
    if (text.startsWith('~')) {
      const group = assignment.groups.find((one) => one.name === text.slice(1));
      return group ? { label: group, coarse: true } : null;
    }
    const topic = /^\d+$/.test(text) ? this.page.scene.heirOf(Number(text)) : null;
    const label = (topic && assignment.labels.find((one) => one.id === topic.id)) || assignment.labels.find((one) => one.name === text);
    return label && label.x !== null ? { label, coarse: false } : null;
  }

  // The view is part of an address only where the reader went there by hand.
  // A glide is not over when a slow frame comes late, and only its end is a place to be.
  seen() {
    if (this.going || this.page.camera.flying) return;
    const text = viewText(this.page.camera);
    if (this.page.camera.home) this.parts.delete('view');
    else this.parts.set('view', text);
    this.write();
  }

  write() {
    if (this.going) return;
    const text = written(this.parts);
    this.written = text ? `#${text}` : '';
    if (location.hash !== this.written) history.replaceState(null, '', this.written || location.pathname + location.search);
  }

  async copy(button) {
    this.parts.set('view', viewText(this.page.camera));
    this.write();
    await copyAddress();
    button.classList.add('done');
    $('status').textContent = say('copied');
    setTimeout(() => button.classList.remove('done'), 1500);
  }
}
