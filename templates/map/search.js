// Search in titles, authors, topics and TL;DRs: every word must be found, in whichever of them.
const RESULTS = 50;
const FEW = 6000;
// A hit counts more in a title than in a TL;DR.
const WEIGHTS = { titles: 8, authors: 6, topics: 3, tldrs: 1 };

// All texts of one field in one string, with the place where each paper's begins.
class Field {
  constructor(texts) {
    this.starts = new Uint32Array(texts.length + 1);
    const parts = new Array(texts.length);
    let at = 0;
    for (let i = 0; i < texts.length; i += 1) {
      parts[i] = `${folded(texts[i])}\n`;
      this.starts[i] = at;
      at += parts[i].length;
    }
    this.starts[texts.length] = at;
    // Joined once here, so that the first search does not pay for it.
    this.whole = parts.join('');
  }

  // More where a word begins with what is looked for.
  weightAt(at, start, weight) {
    return at === start || !/[\p{L}\p{N}]/u.test(this.whole[at - 1]) ? weight : weight * 0.5;
  }

  // Raises the scores of all papers whose text holds the word, in one pass over all of them.
  sweep(word, weight, scores) {
    const { whole, starts } = this;
    const last = starts.length - 2;
    let paper = 0;
    for (let at = whole.indexOf(word); at !== -1; at = paper > last ? -1 : whole.indexOf(word, starts[paper])) {
      let [low, high] = [paper, last];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (starts[middle] <= at) low = middle;
        else high = middle - 1;
      }
      scores[low] = Math.max(scores[low], this.weightAt(at, starts[low], weight));
      paper = low + 1;
    }
  }

  // The same for a few papers, each looked at by itself.
  visit(word, weight, scores, papers) {
    const { whole, starts } = this;
    for (const paper of papers) {
      const at = whole.slice(starts[paper], starts[paper + 1]).indexOf(word);
      if (at !== -1) scores[paper] = Math.max(scores[paper], this.weightAt(starts[paper] + at, starts[paper], weight));
    }
  }
}

class SearchIndex {
  constructor(count) {
    this.count = count;
    this.fields = {};
    this.topicHits = () => [];
  }

  add(name, texts) { this.fields[name] = new Field(texts); }

  // The papers that hold every word: how many, the best first, and all as a mask; the newer paper breaks a tie.
  find(query, day) {
    // The longest word is most likely the rarest: it leaves few papers for the others to be looked for in.
    const words = [...new Set(folded(query).split(/\s+/).filter(Boolean))].sort((one, other) => other.length - one.length);
    if (!words.length) return null;
    const total = new Float32Array(this.count);
    let hits = null;
    for (const word of words) {
      const scores = new Float32Array(this.count);
      const few = hits && hits.length < FEW;
      for (const [name, field] of Object.entries(this.fields)) {
        if (few) field.visit(word, WEIGHTS[name], scores, hits);
        else field.sweep(word, WEIGHTS[name], scores);
      }
      for (const index of this.topicHits(word)) scores[index] = Math.max(scores[index], WEIGHTS.topics);
      hits = (hits ?? Array.from(scores.keys())).filter((index) => scores[index] > 0);
      for (const index of hits) total[index] += scores[index];
    }
    const mask = new Uint8Array(this.count);
    for (const index of hits) mask[index] = 1;
    return { hits: best(hits, (one, other) => total[other] - total[one] || day[other] - day[one]), count: hits.length, mask };
  }
}

// The first few in order, without sorting all.
function best(hits, compare) {
  if (hits.length <= RESULTS * 4) return hits.sort(compare).slice(0, RESULTS);
  const kept = hits.slice(0, RESULTS).sort(compare);
  for (let i = RESULTS; i < hits.length; i += 1) {
    if (compare(hits[i], kept[RESULTS - 1]) < 0) {
      let at = RESULTS - 1;
      while (at > 0 && compare(hits[i], kept[at - 1]) < 0) {
        kept[at] = kept[at - 1];
        at -= 1;
      }
      kept[at] = hits[i];
    }
  }
  return kept;
}

class Search {
  constructor(input, list, told, scene, acts) {
    Object.assign(this, { input, list, told, scene, acts });
    [this.hits, this.buttons] = [[], []];
    this.index = new SearchIndex(scene.count);
    this.index.topicHits = (word) => scene.papersOfTopicsNamed(word);
    input.addEventListener('input', settled(() => this.run(), 40));
    input.addEventListener('focus', () => this.load(), { once: true });
    input.addEventListener('keydown', (event) => this.key(event));
    list.addEventListener('keydown', (event) => this.key(event));
  }

  // Titles are there from the start; the longer texts come when someone wants to search.
  async load() {
    if (!this.index.fields.titles) this.index.add('titles', await this.scene.titles);
    this.run();
    this.loading ??= read('search').catch(() => null);
    const texts = await this.loading;
    if (!texts || this.index.fields.tldrs) return;
    for (const name of ['authors', 'tldrs']) {
      // A breath between the fields keeps the page awake.
      await new Promise((resolve) => { setTimeout(resolve); });
      this.index.add(name, texts[name]);
    }
    this.run();
  }

  run() {
    if (!this.index.fields.titles) return;
    const begun = performance.now();
    const found = this.index.find(this.input.value, this.scene.days);
    this.input.dataset.took = String(Math.round(performance.now() - begun));
    this.scene.filters.set('search', found && ((index) => found.mask[index] > 0));
    this.told.textContent = found ? counted(found.count) : '';
    this.show(found ? found.hits : []);
    this.list.hidden = !found;
  }

  // More texts may arrive while someone is at a result: they stay at it, or go back to their words if it is gone.
  show(hits) {
    const at = this.buttons.indexOf(document.activeElement);
    const held = this.hits[at];
    this.hits = hits;
    this.buttons = hits.map((index) => make('button', { type: 'button', click: () => this.acts.open(index) },
      make('span', { text: this.scene.titleOf(index), dir: 'auto' }), make('small', { text: this.scene.dayOf(index) })));
    this.list.replaceChildren(...this.buttons.map((button) => make('li', {}, button)));
    if (at >= 0) (this.buttons[hits.indexOf(held)] ?? this.input).focus();
  }

  clear() {
    this.input.value = '';
    this.run();
  }

  key(event) {
    if (event.key === 'Escape' && this.input.value) {
      event.stopPropagation();
      event.preventDefault();
      this.clear();
      this.input.focus();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const all = [this.input, ...this.buttons];
    const next = all[all.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
}
