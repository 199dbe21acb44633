// Papers' titles beside their points, where so few of those that are lit are in sight that they can be read.
const LEGIBLE = 45;

class Titles {
  constructor(layer, scene, camera, labels) {
    Object.assign(this, { layer, scene, camera, labels });
    this.boxes = [];
    const later = settled(() => this.place(), 140);
    // Titles stand still; while the map moves there are none.
    camera.onChange(() => { this.clear(); later(); });
    scene.filters.onChange(() => { this.clear(); later(); });
  }

  clear() {
    if (this.boxes.length) this.layer.replaceChildren();
    this.boxes = [];
  }

  // The lit papers in sight, or null if they are too many to be told.
  seen() {
    const { camera, scene: { positions, filters, count } } = this;
    const { cover, width, height } = camera;
    const scale = 2 ** camera.zoom;
    const [x0, x1] = [cover.left + 4, width - cover.right - 4].map((x) => camera.x + (x - width / 2) / scale);
    const [y0, y1] = [height - 4, 4].map((y) => camera.y - (y - height / 2) / scale);
    const found = [];
    for (let i = 0; i < count; i += 1) {
      const [x, y] = [positions[2 * i], positions[2 * i + 1]];
      if (x < x0 || x > x1 || y < y0 || y > y1 || !filters.lit[i]) continue;
      if (found.length === LEGIBLE) return null;
      found.push(i);
    }
    return found;
  }

  place() {
    this.clear();
    const { camera, scene } = this;
    if (!scene.title || camera.flying) return;
    const shown = (this.seen() ?? []).map((index) => ({ index, span: make('span', { class: 'paper', text: scene.titleOf(index), dir: 'auto' }) }));
    this.layer.replaceChildren(...shown.map(({ span }) => span));
    const taken = this.labels.boxes.map(({ box }) => box);
    const sizes = shown.map(({ span }) => [span.offsetWidth, span.offsetHeight]);
    const { left: from, right, walls } = camera.cover;
    shown.forEach(({ index, span }, i) => {
      const [x, y] = camera.at(scene.positions[2 * index], scene.positions[2 * index + 1]);
      const [wide, high] = sizes[i];
      const at = x + 10 + wide < camera.width - right ? x + 10 : x - 10 - wide;
      const box = [at, y - high / 2, at + wide, y + high / 2];
      const met = ([left, top, end, bottom]) => box[2] > left && box[0] < end && box[3] > top && box[1] < bottom;
      if (at < from || taken.some(met) || walls.some((wall) => met([wall.left, wall.top, wall.right, wall.bottom]))) {
        span.remove();
        return;
      }
      taken.push(box);
      this.boxes.push({ box, index });
      span.style.transform = `translate(${Math.round(box[0])}px, ${Math.round(box[1])}px)`;
    });
  }

  // The paper whose title is under a pixel, if any.
  at(x, y) {
    const found = this.boxes.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
    return found ? found.index : null;
  }
}
