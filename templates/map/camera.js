// What part of the map is seen: a centre in map units and a zoom, where 2 ** zoom pixels are one unit.
class Camera {
  constructor(element, bounds, insets) {
    this.element = element;
    this.insets = insets;
    this.heard = [];
    this.x = (bounds[0] + bounds[1]) / 2;
    this.y = (bounds[2] + bounds[3]) / 2;
    this.measure();
    this.bounds = bounds;
    this.whole = this.framing(bounds);
    Object.assign(this, this.whole);
    this.flight = 0;
    this.flying = false;
  }

  measure() {
    this.width = Math.max(1, this.element.clientWidth);
    this.height = Math.max(1, this.element.clientHeight);
    this.cover = this.insets();
  }

  onChange(act) { this.heard.push(act); }

  get lowest() { return this.whole.zoom - 1.5; }

  get highest() { return this.whole.zoom + 6; }

  // The view that shows these bounds in the part of the window that no panel covers.
  framing([x0, x1, y0, y1]) {
    const inset = this.insets();
    const room = [this.width - inset.left - inset.right, this.height - inset.top - inset.bottom].map((s) => Math.max(60, s));
    const zoom = Math.log2(Math.min(room[0] / Math.max(x1 - x0, 1e-6), room[1] / Math.max(y1 - y0, 1e-6)) * 0.92);
    const capped = this.whole ? Math.min(zoom, this.highest - 2) : Math.min(zoom, 12);
    const scale = 2 ** capped;
    return {
      x: (x0 + x1) / 2 - (inset.left - inset.right) / 2 / scale,
      y: (y0 + y1) / 2 + (inset.top - inset.bottom) / 2 / scale,
      zoom: capped,
    };
  }

  // The panels opened or closed: what is covered now.
  uncover() {
    this.cover = this.insets();
    this.heard.forEach((act) => act());
  }

  // Pixels from the left and the top of a place in map units.
  at(x, y) {
    const scale = 2 ** this.zoom;
    return [this.width / 2 + (x - this.x) * scale, this.height / 2 - (y - this.y) * scale];
  }

  move(x, y, zoom) {
    this.x = x;
    this.y = y;
    this.zoom = Math.min(this.highest, Math.max(this.lowest, zoom));
    this.heard.forEach((act) => act());
  }

  // The view so many zooms nearer to the middle of what is seen.
  nearer(by) {
    const [x, y] = [this.x + this.aside[0] / 2 ** this.zoom, this.y + this.aside[1] / 2 ** this.zoom];
    const zoom = Math.min(this.highest, Math.max(this.lowest, this.zoom + by));
    return { x: x - this.aside[0] / 2 ** zoom, y: y - this.aside[1] / 2 ** zoom, zoom };
  }

  // How many pixels right of and above the window's middle the middle of the uncovered part is.
  get aside() { return [(this.cover.left - this.cover.right) / 2, (this.cover.bottom - this.cover.top) / 2]; }

  // The whole map is seen, as at the start.
  get home() {
    const { x, y, zoom } = this.whole;
    return Math.abs(this.zoom - zoom) < 0.05 && Math.hypot(this.x - x, this.y - y) * 2 ** zoom < 20;
  }

  // Glides to a view; at once for readers who asked their system for less motion.
  fly(to, duration = 700) {
    this.stop();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.move(to.x, to.y, to.zoom);
      return;
    }
    const from = { x: this.x, y: this.y, zoom: this.zoom };
    const begun = performance.now();
    const step = (now) => {
      const share = Math.min(1, Math.max(0, (now - begun) / duration));
      const eased = share * share * (3 - 2 * share);
      const between = (name) => from[name] + (to[name] - from[name]) * eased;
      this.flying = share < 1;
      this.move(between('x'), between('y'), between('zoom'));
      if (this.flying) this.flight = requestAnimationFrame(step);
    };
    this.flying = true;
    this.flight = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.flight);
    this.flying = false;
  }

  resized() {
    const whole = Math.abs(this.zoom - this.whole.zoom) < 0.01;
    this.measure();
    this.whole = this.framing(this.bounds);
    if (whole) this.move(this.whole.x, this.whole.y, this.whole.zoom);
    else this.heard.forEach((act) => act());
  }
}
