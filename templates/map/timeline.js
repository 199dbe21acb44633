// Papers by date: a histogram with a brush, two sliders for the keyboard, and a player.
const BARS = 120;
const STEP = 180;

class Timeline {
  constructor(element, scene) {
    this.element = element;
    this.scene = scene;
    [this.first, this.last] = scene.count ? [scene.days[0], scene.days[0]] : [0, 0];
    for (const day of scene.days) {
      if (day < this.first) this.first = day;
      if (day > this.last) this.last = day;
    }
    this.per = Math.max(1, Math.ceil((this.last - this.first + 1) / BARS));
    this.bins = Math.floor((this.last - this.first) / this.per) + 1;
    this.range = null;
    this.chart = element.querySelector('svg');
    this.from = element.querySelector('.from');
    this.to = element.querySelector('.to');
    this.play = element.querySelector('.play');
    this.told = element.querySelector('output');
    for (const slider of [this.from, this.to]) {
      Object.assign(slider, { min: 0, max: this.bins - 1 });
      slider.addEventListener('input', () => this.slid());
    }
    this.chart.addEventListener('pointerdown', (event) => this.brush(event));
    this.play.addEventListener('click', () => this.toggle());
    element.querySelector('.all').addEventListener('click', () => { this.stop(); this.choose(null); });
    scene.filters.onChange(() => this.draw());
    this.choose(null);
  }

  counts(test) {
    const bins = new Uint32Array(this.bins);
    const { days } = this.scene;
    for (let i = 0; i < days.length; i += 1) if (test(i)) bins[Math.floor((days[i] - this.first) / this.per)] += 1;
    return bins;
  }

  draw() {
    this.all ??= this.counts(() => true);
    const { lit } = this.scene.filters;
    const some = this.scene.filters.active ? this.counts((i) => lit[i] > 0) : this.all;
    // A topic or a search is measured by its own highest bar: a hundred papers among thousands have their story too.
    const own = [...this.scene.filters.masks.keys()].some((name) => name !== 'time' && name !== 'since');
    const highest = (bins) => bins.reduce((one, other) => Math.max(one, other), 1);
    const [from, to] = this.range ?? [0, this.bins - 1];
    const bars = (bins, most, kind) => Array.from(bins, (count, i) => draw('rect', {
      class: kind, x: i + 0.08, width: 0.84, y: 40 - (40 * count) / most, height: (40 * count) / most,
    }));
    this.chart.setAttribute('viewBox', `0 0 ${this.bins} 40`);
    this.chart.replaceChildren(
      ...(this.range ? [draw('rect', { class: 'brush', x: from, width: to - from + 1, y: 0, height: 40 })] : []),
      ...bars(this.all, highest(this.all), 'all'), ...bars(some, highest(own ? some : this.all), 'some'));
    Object.assign(this.from, { value: from });
    Object.assign(this.to, { value: to });
    const [begin, end] = this.daysOf(from, to);
    this.from.setAttribute('aria-valuetext', dayText(begin));
    this.to.setAttribute('aria-valuetext', dayText(end));
    this.told.textContent = `${dayText(begin)} – ${dayText(end)}`;
  }

  daysOf(from, to) { return [this.first + from * this.per, Math.min(this.last, this.first + (to + 1) * this.per - 1)]; }

  // Keeps to the bars from … to; null for all.
  choose(range) {
    this.range = range && (range[0] > 0 || range[1] < this.bins - 1) ? range : null;
    if (this.range) {
      const [begin, end] = this.daysOf(...this.range);
      const { days } = this.scene;
      this.scene.filters.set('time', (i) => days[i] >= begin && days[i] <= end);
    } else this.scene.filters.set('time', null);
    this.draw();
  }

  slid() {
    this.stop();
    const [one, other] = [Number(this.from.value), Number(this.to.value)];
    this.choose([Math.min(one, other), Math.max(one, other)]);
  }

  brush(event) {
    this.stop();
    event.preventDefault();
    const box = this.chart.getBoundingClientRect();
    const barAt = (x) => Math.min(this.bins - 1, Math.max(0, Math.floor(((x - box.left) / box.width) * this.bins)));
    const start = barAt(event.clientX);
    let moved = false;
    const move = (next) => {
      const now = barAt(next.clientX);
      moved ||= now !== start;
      if (moved) this.choose([Math.min(start, now), Math.max(start, now)]);
    };
    const end = () => {
      this.chart.removeEventListener('pointermove', move);
      // A click without a drag takes the brush away.
      if (!moved) this.choose(null);
    };
    this.chart.setPointerCapture(event.pointerId);
    this.chart.addEventListener('pointermove', move);
    this.chart.addEventListener('lostpointercapture', end, { once: true });
  }

  toggle() {
    if (this.timer) this.stop();
    else this.start();
  }

  // A brush moves along; without one, the map grows from its first paper to its last.
  start() {
    const width = this.range ? this.range[1] - this.range[0] : null;
    let at = this.range && this.range[1] < this.bins - 1 ? this.range[0] : 0;
    this.play.textContent = '❚❚';
    this.play.setAttribute('aria-label', say('pause'));
    const step = () => {
      const to = width === null ? at : at + width;
      this.choose(width === null ? [0, at] : [at, to]);
      at += 1;
      if (to >= this.bins - 1) this.stop();
    };
    this.timer = setInterval(step, STEP);
    step();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.play.textContent = '▶';
    this.play.setAttribute('aria-label', say('play'));
  }
}
