// Where the page's data comes from: blocks inside the page, or files beside it.
const version = document.documentElement.dataset.version;
const NONE = 65535;

async function read(name) {
  const block = document.getElementById(`data/${name}`);
  if (block) return JSON.parse(block.textContent);
  const answer = await fetch(`data/${name}.json?v=${version}`);
  if (!answer.ok) throw new Error(`data/${name}.json: ${answer.status}`);
  return answer.json();
}

const ARRAYS = { u1: Uint8Array, u2: Uint16Array, i4: Int32Array };

// The typed arrays of a packed block, by name.
function unpacked(told) {
  const text = atob(told.packed);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  const columns = {};
  for (const [name, [kind, offset, length]] of Object.entries(told.columns)) {
    columns[name] = new ARRAYS[kind](bytes.buffer, offset, length);
  }
  return columns;
}

// Steps of a 65,536 by 65,536 grid back to map units: x, y, x, y …
function positionsOf(steps, [x0, y0, dx, dy]) {
  const places = new Float32Array(steps.length);
  for (let i = 0; i < steps.length; i += 2) {
    places[i] = x0 + steps[i] * dx;
    places[i + 1] = y0 + steps[i + 1] * dy;
  }
  return places;
}

// One way to sort the papers, ready for use.
function assignmentOf(told) {
  const columns = unpacked(told);
  const named = (lines) =>
    lines.map(([name, x, y, size, priority, bounds, papers, colour], index) => (
      { name, x, y, size, priority, bounds, papers, colour, index }));
  const labels = named(told.labels);
  labels.forEach((label, i) => { label.parent = told.parents[i]; label.id = told.ids[i] ?? null; });
  return {
    key: told.key,
    labels,
    groups: named(told.groups),
    of: columns.labels,
    positions: told.frame ? positionsOf(columns.positions, told.frame) : null,
  };
}

// The papers' cards, fetched by shards of neighbours and kept.
class Cards {
  constructor(size) {
    this.size = size;
    this.shards = new Map();
  }

  async of(index) {
    const shard = Math.floor(index / this.size);
    if (!this.shards.has(shard)) {
      const coming = read(`cards/${String(shard).padStart(4, '0')}`);
      coming.catch(() => this.shards.delete(shard));
      this.shards.set(shard, coming);
    }
    const [authors, tldr, eli5, problem, method, result, application, abstract, arxiv, url, pdf, report, categories] =
      (await this.shards.get(shard))[index % this.size];
    return { authors, tldr, eli5, problem, method, result, application, abstract, arxiv, url, pdf, report, categories };
  }
}
