// From afar a picture of where papers are, from near the papers themselves.

class FarPlot extends Plot {
  constructor(element, scene, camera, hears) {
    super(element, scene, camera, hears);
    // What deck.gl numbers by chunk, all others number through the whole map.
    const through = (act) => ({ index, layer, x, y }) => act(index >= 0 && layer ? layer.props.first + index : -1, x, y);
    this.deck.setProps({ onHover: through(hears.hover), onClick: through(hears.click) });
    this.chunkData = new Map();
    this.want = settled(() => this.seeing.forEach((chunk) => { if (!chunk.here) scene.bring(chunk).catch(() => {}); }), 120);
    this.seeing = [];
    scene.onChunk((chunk) => {
      this.tint(chunk);
      this.show();
    });
    this.paintGround();
  }

  async paintGround() {
    const answer = await fetch(`data/density.png?v=${version}`);
    if (!answer.ok) return;
    this.ground = await createImageBitmap(await answer.blob());
    this.show();
  }

  get radius() {
    const { camera } = this;
    const room = Math.sqrt((camera.width * camera.height) / (this.inSight + 1));
    return Math.min(LARGEST, Math.max(SMALLEST, room / 6));
  }

  tint(chunk) {
    const dark = document.documentElement.dataset.theme === 'dark';
    for (let i = chunk.start; i < chunk.start + chunk.papers; i += 1) {
      const own = this.colourOf(i);
      let found = this.cleared.get(own);
      if (!found) this.cleared.set(own, found = clear(own, dark, POINTS));
      this.colours.set([...found, this.scene.provisional[i] ? FAINT : PLAIN], i * 4);
    }
    this.chunkData.delete(chunk.number);
  }

  recolour(colourOf) {
    this.colourOf = colourOf;
    this.cleared = new Map();
    this.scene.chunks.filter((chunk) => chunk.here).forEach((chunk) => this.tint(chunk));
    this.draw();
  }

  // After filters or colours changed.
  draw() {
    this.chunkData?.clear();
    this.all = true;
    this.show();
  }

  // New objects tell deck.gl that there is something to upload.
  dataOf({ number, start, papers }) {
    if (!this.chunkData.has(number)) {
      const { scene, colours } = this;
      const end = start + papers;
      const getPosition = { value: scene.positions.subarray(start * 2, end * 2), size: 2 };
      this.chunkData.set(number, {
        plain: { length: papers, attributes: { getPosition } },
        lit: {
          length: papers,
          attributes: {
            getPosition,
            getFillColor: { value: colours.subarray(start * 4, end * 4), size: 4 },
            getFilterValue: { value: scene.filters.lit.subarray(start, end), size: 1 },
          },
        },
      });
    }
    return this.chunkData.get(number);
  }

  show() {
    const { scene, camera } = this;
    if (!this.all) {
      this.deck?.setProps({ viewState: this.seen() });
      return;
    }
    const { seen, papers } = scene.sight(camera);
    this.inSight = papers;
    const near = papers <= scene.far.inSight;
    this.seeing = near ? seen : [];
    const here = this.seeing.filter((chunk) => chunk.here);
    if (here.length < this.seeing.length) this.want();
    const dark = document.documentElement.dataset.theme === 'dark';
    const covered = near && here.length === seen.length;
    this.deck.setProps({
      viewState: this.seen(),
      layers: [this.groundLayer(covered, dark), ...here.flatMap((chunk) => this.layersOf(chunk, dark)), this.marked(dark)],
    });
  }

  groundLayer(covered, dark) {
    const [x0, x1, y0, y1] = this.scene.far.picture;
    const faint = this.scene.filters.active ? 0.35 : 1;
    return new deck.BitmapLayer({
      id: 'ground', image: this.ground ?? null, visible: Boolean(this.ground) && !covered, bounds: [x0, y0, x1, y1],
      opacity: faint,
    });
  }

  layersOf(chunk, dark) {
    const { plain, lit } = this.dataOf(chunk);
    const { radius, scene } = this;
    const look = {
      radiusUnits: 'pixels', getRadius: 1, radiusScale: radius, parameters: { depthTest: false },
      stroked: radius > 3, getLineColor: dark ? [16, 20, 24, 170] : [255, 255, 255, 190], lineWidthUnits: 'pixels', getLineWidth: 0.8,
      updateTriggers: { getLineColor: dark },
    };
    return [
      new deck.ScatterplotLayer({ ...look, id: `faint-${chunk.number}`, visible: scene.filters.active, data: plain, getFillColor: [120, 130, 140, 30], stroked: false }),
      new deck.ScatterplotLayer({
        ...look,
        id: `lit-${chunk.number}`,
        first: chunk.start,
        data: lit,
        extensions: [new deck.DataFilterExtension({ filterSize: 1 })],
        filterRange: [0.5, 1.5],
        pickable: true,
      }),
    ];
  }
}
