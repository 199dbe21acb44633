// Names on the map: groups from afar, topics from near, never one over the other.
//
// They are ordinary text above the canvas and not letters drawn by deck.gl: they stand before WebGL does, take the
// system's fonts for every script, and hide with a filter.
class Labels {
  constructor(layer, scene, camera) {
    this.layer = layer;
    this.scene = scene;
    this.camera = camera;
    this.spans = [];
    this.boxes = [];
    camera.onChange(() => this.place());
  }

  // Makes the labels of the assignment that is shown.
  make() {
    const { assignment } = this.scene;
    const rising = this.scene.risingLabels();
    const narrow = this.camera.width <= 768;
    const [larger, scale] = narrow ? [2, 0.8] : [4, 1];
    const all = [
      ...assignment.groups.map((label) => ({ label, coarse: true })),
      ...assignment.labels.map((label) => ({ label, coarse: false })),
    ].filter(({ label }) => label.x !== null && label.name);
    this.spans = all.map(({ label, coarse }) => {
      const span = make('span', { class: coarse ? 'label coarse' : 'label', text: label.name, dir: 'auto' });
      if (!coarse && rising.has(label.index)) span.append(make('span', { class: 'rise', text: ' ▲' }));
      paint(span, label.colour, LETTERS);
      span.style.fontSize = `${(coarse ? label.size + larger : label.size) * scale}px`;
      return { label, coarse, span, shown: false };
    });
    this.spans.sort((one, other) => other.coarse - one.coarse || other.label.priority - one.label.priority);
    this.layer.replaceChildren(...this.spans.map(({ span }) => span));
    for (const entry of this.spans) {
      entry.width = entry.span.offsetWidth;
      entry.height = entry.span.offsetHeight;
    }
    this.place();
  }

  // Which labels have papers left by the filters; without one, all have.
  refresh() {
    const { assignment, filters, count } = this.scene;
    const lit = new Set();
    if (filters.active) {
      for (let i = 0; i < count; i += 1) if (filters.lit[i]) lit.add(assignment.of[i]);
    }
    for (const entry of this.spans) {
      const { label, coarse } = entry;
      entry.empty = filters.active &&
        !(coarse ? assignment.labels.some((fine) => fine.parent === label.index && lit.has(fine.index)) : lit.has(label.index));
    }
    this.place();
  }

  place() {
    const near = this.camera.zoom - this.camera.whole.zoom;
    const gap = near < 1 ? 14 : 5;
    const { width, height, cover } = this.camera;
    const [first, last] = [cover.left + 2, width - cover.right - 2];
    // What the panel tells of would only lie over its own papers.
    const told = $('panel').hidden ? null : this.scene.focused;
    const taken = [];
    const free = (box) => taken.every(({ box: other }) => (
      box[2] + gap < other[0] || box[0] - gap > other[2] || box[3] + gap / 2 < other[1] || box[1] - gap / 2 > other[3]));
    for (const entry of this.spans) {
      const [x, y] = this.camera.at(entry.label.x, entry.label.y);
      const inside = x > cover.left && x < width - cover.right && y > 0 && y < height;
      // A name at the edge moves in, so that it can be read to its end.
      const left = Math.min(last - entry.width, Math.max(first, x - entry.width / 2));
      const top = this.beside(left, y, entry);
      const box = [left, top, left + entry.width, top + entry.height];
      // From near, a group's name would only cover what lies in it.
      const hidden = entry.empty || entry.label === told || (entry.coarse && near > 2.4);
      const wanted = inside && top !== null && !hidden;
      const shown = wanted && free(box);
      if (shown) {
        taken.push({ box, entry });
        entry.span.style.transform = `translate(${Math.round(box[0])}px, ${Math.round(box[1])}px)`;
      }
      if (shown !== entry.shown) entry.span.classList.toggle('shown', shown);
      entry.shown = shown;
    }
    this.boxes = taken;
  }

  // The top of a name in the middle of which `y` is: it makes way for what lies over the map; null where it cannot.
  beside(left, y, { width, height }) {
    let top = Math.min(this.camera.height - height - 2, Math.max(2, y - height / 2));
    for (const wall of this.camera.cover.walls) {
      if (left + width < wall.left || left > wall.right || top + height < wall.top || top > wall.bottom) continue;
      if (y < wall.top) top = wall.top - height - 3;
      else if (y > wall.bottom) top = wall.bottom + 3;
      else return null;
    }
    return top;
  }

  // The label under a pixel, if any.
  at(x, y) {
    const found = this.boxes.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    return found ? found.entry : null;
  }
}
