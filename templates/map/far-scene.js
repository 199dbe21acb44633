// A map with more papers than a browser takes at once: they come in chunks, for the part that is seen from near.

const padded = (number) => String(number).padStart(4, '0');

// FNV-1a: in which shard a paper's id is.
function hashed(text) {
  let found = 2166136261;
  for (const byte of new TextEncoder().encode(text)) found = Math.imul(found ^ byte, 16777619) >>> 0;
  return found;
}

class FarScene extends Scene {
  constructor(map) {
    super(map);
    const { count } = this;
    const { perPaper, far } = map;
    this.far = far;
    this.chunks = far.chunks.map(([start, papers, x0, x1, y0, y1], number) => ({ number, start, papers, x0, x1, y0, y1, here: false }));
    this.columns = {
      topics: new Uint16Array(count * perPaper).fill(NONE),
      categories: new Uint16Array(count).fill(NONE),
      sources: new Uint16Array(count),
      providers: new Uint16Array(count),
      provisional: new Uint8Array(count),
      days: new Int32Array(count),
    };
    this.days = this.columns.days;
    this.provisional = this.columns.provisional;
    this.home = new Float32Array(count * 2);
    this.positions = this.home;
    this.dated = true;
    this.coming = new Map();
    this.lists = new Map();
    this.heard = [];
  }

  // Hears of every chunk that has come.
  onChunk(act) { this.heard.push(act); }

  use(assignment) {
    this.assignment = { ...assignment, of: new Uint16Array(this.count).fill(NONE) };
    // Names have the colours of the picture: their categories'.
    const places = new Map(this.categories.map(([, , name], place) => [name, place]));
    for (const group of assignment.groups) if (places.has(group.name)) group.colour = kindColour(places.get(group.name));
    for (const label of assignment.labels) label.colour = assignment.groups[label.parent].colour;
    this.members = [];
  }

  // What is fetched by a name, once; what failed may work the next time.
  fetched(name, take) {
    if (!this.coming.has(name)) {
      const coming = this.titles.then(() => read(name)).then(take);
      coming.catch(() => this.coming.delete(name));
      this.coming.set(name, coming);
    }
    return this.coming.get(name);
  }

  // The points of a chunk.
  bring(chunk) {
    return this.fetched(`points/${padded(chunk.number)}`, (told) => {
      const { start } = chunk;
      const columns = unpacked(told);
      this.home.set(positionsOf(columns.positions, told.frame), start * 2);
      this.columns.topics.set(columns.topics, start * this.map.perPaper);
      for (const name of ['days', 'categories', 'sources', 'providers', 'provisional']) this.columns[name].set(columns[name], start);
      this.assignment.of.set(columns.labels, start);
      chunk.here = true;
      this.heard.forEach((act) => act(chunk));
    });
  }

  // The titles of a chunk.
  name(chunk) {
    return this.fetched(`titles/${padded(chunk.number)}`, ({ ids, titles }) => {
      chunk.named = true;
      for (let i = 0; i < ids.length; i += 1) this.know(chunk.start + i, ids[i], titles[i]);
    });
  }

  know(index, id, title) {
    this.ids[index] = id;
    this.title[index] = title;
    this.byId.set(id, index);
  }

  chunkOf(index) {
    let [low, high] = [0, this.chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.chunks[middle].start <= index) low = middle;
      else high = middle - 1;
    }
    return this.chunks[low];
  }

  // All there is to tell of a paper, but for its card.
  whole(index) {
    const chunk = this.chunkOf(index);
    return Promise.all([this.bring(chunk), this.name(chunk)]);
  }

  has(index) {
    const chunk = this.chunkOf(index);
    return chunk.here && chunk.named === true;
  }

  // The paper of that id, or undefined; known to all from then on.
  async find(id) {
    await this.titles;
    if (!this.byId.has(id)) {
      const shard = await this.fetched(`ids/${padded(hashed(id) % this.far.idShards)}`, (told) => told);
      if (Object.hasOwn(shard, id)) {
        await this.whole(shard[id]);
        this.byId.set(id, shard[id]);
      }
    }
    return this.byId.get(id);
  }

  keyOf(label, coarse) { return `${coarse ? 'g' : 't'}${label.index}`; }

  listed(label, coarse) { return this.lists.has(this.keyOf(label, coarse)); }

  // The newest papers of a topic or a group.
  list(label, coarse) {
    const key = this.keyOf(label, coarse);
    return this.fetched(`lists/${key}`, ({ papers, days: drawn }) => {
      for (const [index, id, title, day] of papers) {
        this.know(index, id, title);
        this.days[index] = day;
      }
      this.lists.set(key, { members: papers.map(([index]) => index), days: drawn });
    });
  }

  membersOf(label, coarse) { return this.lists.get(this.keyOf(label, coarse))?.members ?? []; }

  // The page of a category's own map, by the category's number or by the name of a group.
  placeOf(category) { return this.far.places.find(([number]) => number === category) ?? null; }

  placeNamed(text) { return this.far.places.find(([, , name]) => name === text) ?? null; }

  // The chunks in sight, and how many papers they hold.
  sight(camera) {
    const scale = 2 ** camera.zoom;
    const [wide, high] = [camera.width / 2 / scale, camera.height / 2 / scale];
    const seen = this.chunks.filter(({ x0, x1, y0, y1 }) => (
      x1 >= camera.x - wide && x0 <= camera.x + wide && y1 >= camera.y - high && y0 <= camera.y + high));
    return { seen, papers: seen.reduce((total, chunk) => total + chunk.papers, 0) };
  }
}
