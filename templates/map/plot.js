// The points, drawn by deck.gl; where a browser has no WebGL the rest of the page works without them.
class Plot {
  constructor(element, scene, camera, hears) {
    this.scene = scene;
    this.camera = camera;
    this.element = element;
    this.colours = new Uint8Array(scene.count * 4).fill(200);
    this.round = 0;
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
    camera.onChange(() => this.deck.setProps({ viewState: this.seen() }));
  }

  seen() {
    const { x, y, zoom } = this.camera;
    return { target: [x, y, 0], zoom, minZoom: this.camera.lowest, maxZoom: this.camera.highest };
  }

  // Points glide to their new places when an assignment brings its own.
  moveTo() {
    this.glide = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 900;
    this.draw();
    this.glide = 0;
  }

  draw() {
    const { scene, colours } = this;
    const dark = document.documentElement.dataset.theme === 'dark';
    const positions = { value: scene.positions, size: 2 };
    const moving = this.glide ? { getPosition: { duration: this.glide } } : {};
    const size = {
      radiusUnits: 'common', getRadius: scene.radius, radiusMinPixels: 1.5, radiusMaxPixels: 7, parameters: { depthTest: false },
    };
    // The more papers lie over one another, the fainter each one is.
    const alpha = Math.min(46, Math.max(14, Math.round(3400 / Math.sqrt(scene.count + 1))));
    const faint = new deck.ScatterplotLayer({
      id: 'faint',
      visible: scene.filters.active,
      data: { length: scene.count, attributes: { getPosition: positions } },
      getFillColor: [120, 130, 140, alpha],
      transitions: moving,
      ...size,
    });
    const lit = new deck.ScatterplotLayer({
      id: 'lit',
      data: {
        length: scene.count,
        attributes: {
          getPosition: positions,
          getFillColor: { value: colours, size: 4 },
          getFilterValue: { value: scene.filters.lit, size: 1 },
        },
      },
      extensions: [new deck.DataFilterExtension({ filterSize: 1 })],
      filterRange: [0.5, 1.5],
      pickable: true,
      transitions: moving,
      ...size,
    });
    this.deck.setProps({ layers: [faint, lit, this.marked(dark)] });
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
      updateTriggers: { getPosition: [positions, ringed.join()] },
    });
  }

  // `colourOf` gives (red, green, blue) by index.
  recolour(colourOf) {
    // A new array tells deck.gl that there is something to upload.
    this.colours = new Uint8Array(this.scene.count * 4);
    for (let i = 0; i < this.scene.count; i += 1) {
      const [red, green, blue] = colourOf(i);
      // Papers newer than the last rebuild are fainter: their place is not yet their own.
      this.colours.set([red, green, blue, this.scene.provisional[i] ? 110 : 205], i * 4);
    }
    this.draw();
  }
}
