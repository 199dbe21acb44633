// The points, drawn by deck.gl; where a browser has no WebGL the rest of the page works without them.
const SMALLEST = 1.3;
const LARGEST = 7;
// How opaque settled papers and provisional ones are, of 255.
const PLAIN = 215;
const FAINT = 110;

class Plot {
  constructor(element, scene, camera, hears) {
    this.scene = scene;
    this.camera = camera;
    this.element = element;
    this.colours = new Uint8Array(scene.count * 4).fill(200);
    this.glide = 0;
    this.deck = new deck.Deck({
      parent: element,
      views: new deck.OrthographicView({ id: 'map', flipY: false }),
      viewState: this.seen(),
      controller: { scrollZoom: { speed: 0.006, smooth: false }, dragRotate: false, keyboard: false, touchRotate: false },
      // A finger covers more than a pointer's tip.
      pickingRadius: matchMedia('(pointer: coarse)').matches ? 16 : 5,
      onViewStateChange: ({ viewState }) => {
        camera.stop();
        camera.move(viewState.target[0], viewState.target[1], viewState.zoom);
        return { target: [camera.x, camera.y, 0], zoom: camera.zoom };
      },
      onHover: ({ index, x, y }) => hears.hover(index, x, y),
      onClick: ({ index, x, y }) => hears.click(index, x, y),
      getCursor: ({ isDragging }) => (isDragging ? 'grabbing' : hears.cursor()),
      onError: (error) => hears.failed(error),
      onAfterRender: () => { if (this.deck?.props.layers.length) arrived('points'); },
      layers: [],
    });
    camera.onChange(() => this.show());
  }

  seen() {
    const { x, y, zoom } = this.camera;
    return { target: [x, y, 0], zoom, minZoom: this.camera.lowest, maxZoom: this.camera.highest };
  }

  // A point's radius in pixels: small where papers are many, and growing by half as much as the map does.
  get radius() {
    const { camera, scene } = this;
    const room = Math.sqrt((camera.width * camera.height) / (scene.count + 1));
    const far = Math.min(4, Math.max(SMALLEST, room / 10));
    return Math.min(LARGEST, Math.max(SMALLEST, far * 2 ** ((camera.zoom - camera.whole.zoom) / 2)));
  }

  // Points glide to their new places when an assignment brings its own.
  moveTo() {
    this.glide = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 900;
    this.draw();
    this.glide = 0;
  }

  // After places, colours or filters changed: new objects tell deck.gl that there is something to upload.
  draw() {
    const { scene, colours } = this;
    const getPosition = { value: scene.positions, size: 2 };
    this.moving = this.glide ? { getPosition: { duration: this.glide } } : {};
    this.all = { length: scene.count, attributes: { getPosition } };
    this.chosen = {
      length: scene.count,
      attributes: {
        getPosition, getFillColor: { value: colours, size: 4 }, getFilterValue: { value: scene.filters.lit, size: 1 },
      },
    };
    this.show();
  }

  // After the view changed, or what is ringed.
  show() {
    const { scene, radius } = this;
    if (!this.all) {
      this.deck.setProps({ viewState: this.seen() });
      return;
    }
    const dark = document.documentElement.dataset.theme === 'dark';
    const look = {
      radiusUnits: 'pixels', getRadius: 1, radiusScale: radius, transitions: this.moving, parameters: { depthTest: false },
      // From near, a rim tells points apart that lie over one another.
      stroked: radius > 3, getLineColor: dark ? [16, 20, 24, 170] : [255, 255, 255, 190], lineWidthUnits: 'pixels', getLineWidth: 0.8,
      updateTriggers: { getLineColor: dark },
    };
    // The more papers lie over one another, the fainter each one is.
    const alpha = Math.min(46, Math.max(14, Math.round(3400 / Math.sqrt(scene.count + 1))));
    const faint = new deck.ScatterplotLayer({
      ...look, id: 'faint', visible: scene.filters.active, data: this.all, getFillColor: [120, 130, 140, alpha], stroked: false,
    });
    const lit = new deck.ScatterplotLayer({
      ...look,
      id: 'lit',
      data: this.chosen,
      extensions: [new deck.DataFilterExtension({ filterSize: 1 })],
      filterRange: [0.5, 1.5],
      pickable: true,
    });
    this.deck.setProps({ viewState: this.seen(), layers: [faint, lit, this.marked(dark)] });
  }

  // A ring around the chosen paper and around what the pointer is on.
  marked(dark) {
    const { positions, chosen, hovered } = this.scene;
    const ringed = [...new Set([chosen, hovered])].filter((index) => index !== null);
    return new deck.ScatterplotLayer({
      id: 'marked',
      data: ringed,
      getPosition: (index) => [positions[2 * index], positions[2 * index + 1]],
      getRadius: (index) => (index === chosen ? 9 : 7),
      radiusUnits: 'pixels',
      filled: false,
      stroked: true,
      getLineColor: dark ? [255, 255, 255] : [20, 20, 20],
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      updateTriggers: { getPosition: [positions, ringed.join()], getLineColor: dark },
    });
  }

  // `colourOf` gives (red, green, blue) by index.
  recolour(colourOf) {
    this.colourOf = colourOf;
    this.colours = new Uint8Array(this.scene.count * 4);
    const dark = document.documentElement.dataset.theme === 'dark';
    const known = new Map();
    for (let i = 0; i < this.scene.count; i += 1) {
      const own = colourOf(i);
      let found = known.get(own);
      if (!found) known.set(own, found = clear(own, dark, POINTS));
      // Papers newer than the last rebuild are fainter: their place is not yet their own.
      this.colours.set([...found, this.scene.provisional[i] ? FAINT : PLAIN], i * 4);
    }
    this.draw();
  }
}
