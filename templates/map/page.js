// Starts the page and joins its parts.

// Notes on the page itself what it has come to, in milliseconds from the navigation: benchmarks and tests read it.
function arrived(at) {
  document.documentElement.dataset[at] ??= String(Math.round(performance.now()));
}

// What lies over the map.
const OVER = ['bar', 'zoom', 'side', 'panel', 'timeline'];

class Page {
  constructor(map) {
    phrases = map.phrases;
    this.scene = new Scene(map);
    this.narrow = matchMedia('(max-width: 768px)');
  }

  async start() {
    const { scene } = this;
    scene.use(await scene.assigned(scene.map.shown.key));
    this.camera = new Camera($('map'), this.extent(), () => this.insets());
    scene.recolour = (colourOf) => { if (this.plot) this.plot.recolour(colourOf); };
    this.labels = new Labels($('labels'), scene, this.camera);
    this.theme = new Theme($('theme'), () => this.themed());
    this.drawers();
    this.camera.resized();
    this.labels.make();
    // The names are there to be read before the rest is made.
    await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
    arrived('labels');
    this.furnish();
    this.draw();
    await this.route.follow(location.hash);
    arrived('ready');
  }

  // What is seen first: the place of most papers, without room for a few that lie far off, but for a map of few.
  extent() {
    const { positions, count } = this.scene;
    if (!count) return [0, 1, 0, 1];
    const side = (axis) => {
      const sorted = new Float32Array(count);
      for (let i = 0; i < count; i += 1) sorted[i] = positions[2 * i + axis];
      sorted.sort();
      const [least, most] = [sorted[0], sorted[count - 1]];
      if (count < 100) return [least, most];
      const [low, high] = [0.01, 0.99].map((share) => sorted[Math.round(share * (count - 1))]);
      const more = 0.08 * (high - low);
      return [Math.max(low - more, least), Math.min(high + more, most)];
    };
    return [...side(0), ...side(1)];
  }

  // How many pixels of each side are covered, and by what.
  insets() {
    const walls = OVER.map($).filter((box) => !box.hidden).map((box) => box.getBoundingClientRect());
    const none = { left: 0, right: 0, top: 0, bottom: 0, walls };
    const covered = (id, side) => ($(id).hidden ? 0 : $(id).getBoundingClientRect()[side]);
    if (this.narrow.matches) return { ...none, top: $('bar').offsetHeight, bottom: 20 + Math.max($('panel').offsetHeight, $('timeline').offsetHeight) };
    return { ...none, top: 8, left: covered('side', 'right'), right: $('panel').hidden ? 0 : covered('panel', 'width') + 12, bottom: covered('timeline', 'height') };
  }

  drawers() {
    const moved = () => { if (this.camera) this.camera.resized(); };
    const wide = !this.narrow.matches;
    this.openSide = drawer($('open-side'), $('side'), moved, wide);
    this.openTimeline = drawer($('open-timeline'), $('timeline'), moved, wide);
    addEventListener('resize', moved);
  }

  furnish() {
    const { scene } = this;
    this.route = new Route(this);
    this.choices = new Choices(this);
    const { choices } = this;
    this.hover = new HoverCard($('hover'), scene);
    this.panel = new Panel($('panel'), scene, this.asked());
    this.titles = new Titles($('titles'), scene, this.camera, this.labels);
    scene.titles.then(() => this.titles.place());
    this.tree = new Tree($('tree'), scene, { focus: (label, coarse) => choices.focus(label, coarse) });
    this.tree.make();
    this.search = new Search($('search'), $('results'), $('found'), scene, { open: (index) => choices.open(index, true) });
    this.timeline = new Timeline($('timeline'), scene);
    if (this.timeline.bins < 2) {
      this.openTimeline(false);
      $('open-timeline').hidden = true;
    }
    this.legend = new Legend($('colour'), $('legend'), scene);
    this.listen();
    scene.filters.onChange(() => this.filtered());
    this.tell();
  }

  // What the panel may ask of the page.
  asked() {
    const { choices, route } = this;
    return {
      close: () => choices.close(),
      moved: () => this.camera.uncover(),
      find: (index) => choices.find(index),
      open: (index) => choices.open(index, true),
      topic: (id) => route.go(new Map([['topic', String(id)]])),
      copy: (button) => route.copy(button),
    };
  }

  listen() {
    const { scene, choices, route } = this;
    const since = $('since');
    const [first, last] = [this.timeline.first, this.timeline.last];
    if (scene.count) Object.assign(since, { min: isoDay(first), max: isoDay(last) });
    since.addEventListener('change', () => choices.since(since.value));
    $('since-week').addEventListener('click', () => {
      const week = isoDay(last - 6);
      choices.since(route.parts.get('since') === week ? '' : week);
    });
    $('rising').addEventListener('click', (event) => {
      const on = event.currentTarget.getAttribute('aria-pressed') !== 'true';
      event.currentTarget.setAttribute('aria-pressed', String(on));
      choices.rising(on);
    });
    $('rising').hidden = !scene.topics.some((topic) => topic.rising && !topic.retired);
    $('assignment').replaceChildren(...scene.map.assignments.map((key) => make('option', { value: key, text: say(`assignment_${key}`) })));
    $('assignment').addEventListener('change', (event) => route.go(new Map([['assignment', event.target.value], ['since', route.parts.get('since')]])));
    $('copy').addEventListener('click', (event) => route.copy(event.currentTarget));
    for (const [id, by] of [['nearer', 1], ['farther', -1]]) {
      $(id).addEventListener('click', () => this.camera.fly(this.camera.nearer(by), 250));
    }
    // A small window has the search in a drawer.
    document.querySelector('.skip').addEventListener('click', () => this.openSide(true));
    $('whole').addEventListener('click', () => choices.unfocus());
    $('expand').addEventListener('click', (event) => {
      const open = event.currentTarget.getAttribute('aria-pressed') !== 'true';
      event.currentTarget.setAttribute('aria-pressed', String(open));
      this.tree.toggleAll(open);
    });
    this.camera.onChange(() => choices.unhover());
    this.camera.onChange(settled(() => { route.seen(); choices.wayBack(); }, 300));
    addEventListener('keydown', (event) => this.key(event));
  }

  draw(Drawn = Plot) {
    try {
      this.plot = new Drawn($('map'), this.scene, this.camera, {
        hover: (index, x, y) => this.choices.point(index, x, y),
        click: (index, x, y) => this.choices.click(index, x, y),
        cursor: () => this.choices.cursor,
        failed: (error) => this.failed(error),
      });
    } catch (error) {
      this.failed(error);
    }
    this.legend.apply();
  }

  failed(error) {
    console.warn(error);
    $('failure').textContent = say('no_points');
    $('failure').hidden = false;
  }

  themed() {
    if (this.plot) this.plot.recolour(this.plot.colourOf);
  }

  filtered() {
    this.labels.refresh();
    if (this.plot) this.plot.draw();
    this.tell();
  }

  // How many papers are lit, for all to see and hear.
  tell() {
    const { filters, count } = this.scene;
    $('status').textContent = filters.active ? say('shown_of', { count: numbers.format(filters.total), all: numbers.format(count) }) : counted(count);
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === 'Escape') {
      this.choices.unhover();
      if (this.panel.open) this.choices.close();
      else if (this.route.parts.has('topic')) this.choices.unfocus();
    } else if (event.key === '/' && !typing) {
      event.preventDefault();
      this.openSide(true);
      $('search').focus();
    } else if (event.target === $('map')) this.steer(event);
  }

  // The map itself by keyboard: arrows move, plus and minus zoom, 0 shows all.
  steer(event) {
    const { camera } = this;
    const step = 80 / 2 ** camera.zoom;
    const moves = {
      ArrowLeft: [-step, 0, 0], ArrowRight: [step, 0, 0], ArrowUp: [0, step, 0], ArrowDown: [0, -step, 0],
      '+': [0, 0, 0.5], '=': [0, 0, 0.5], '-': [0, 0, -0.5],
    };
    if (event.key === '0') camera.fly(camera.framing(camera.bounds));
    else if (Object.hasOwn(moves, event.key)) {
      const [x, y, zoom] = moves[event.key];
      camera.stop();
      camera.move(camera.x + x, camera.y + y, camera.zoom + zoom);
    } else return;
    event.preventDefault();
  }
}

