// Search on an overview: topics by their names, papers by their ids, and the way to where words are looked for.
class FarSearch {
  constructor(input, list, told, scene, acts) {
    Object.assign(this, { input, list, told, scene, acts });
    input.placeholder = say('far_search');
    this.names = scene.assignment.labels.map((label) => folded(`${label.name} ${scene.topicOf(label)?.description ?? ''}`));
    input.addEventListener('input', settled(() => this.run(), 40));
    input.addEventListener('keydown', (event) => this.key(event));
    list.addEventListener('keydown', (event) => this.key(event));
  }

  run() {
    const begun = performance.now();
    const words = folded(this.input.value).split(/\s+/).filter(Boolean);
    const { scene } = this;
    const found = words.length ? scene.assignment.labels.filter((label) => (
      label.papers && label.x !== null && words.every((word) => this.names[label.index].includes(word)))) : [];
    found.sort((one, other) => other.papers - one.papers);
    this.told.textContent = words.length ? (found.length === 1 ? say('far_topics_one') : say('far_topics_many', { count: numbers.format(found.length) })) : '';
    this.list.hidden = !words.length;
    this.list.replaceChildren(...found.slice(0, RESULTS).map((label) => this.line(label.name, counted(label.papers), () => this.acts.topic(label))),
      ...(words.length ? [this.ways()] : []));
    this.input.dataset.took = String(Math.round(performance.now() - begun));
    this.paper(this.input.value.trim());
  }

  line(text, small, click) {
    return make('li', {}, make('button', { type: 'button', click }, make('span', { text, dir: 'auto' }), make('small', { text: small })));
  }

  // Words in papers are looked for on the categories' maps, which have them all.
  ways() {
    return make('li', {}, make('p', { class: 'facts', text: say('far_words') }), places(this.scene));
  }

  // What looks like an id is looked for at once.
  async paper(text) {
    if (!/\d/.test(text) || /\s/.test(text)) return;
    const { scene } = this;
    for (const id of [text, `arxiv:${text}`]) {
      const index = await scene.find(id).catch(() => undefined);
      if (this.input.value.trim() !== text) return;
      if (index !== undefined) {
        this.list.prepend(this.line(scene.titleOf(index), scene.dayOf(index), () => this.acts.open(index)));
        return;
      }
    }
  }

  key(event) {
    if (event.key === 'Escape' && this.input.value) {
      event.stopPropagation();
      event.preventDefault();
      this.input.value = '';
      this.run();
      this.input.focus();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const all = [this.input, ...this.list.querySelectorAll('button, a')];
    const next = all[all.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
}

// The ways to the categories' own maps.
function places(scene) {
  return make('ul', { class: 'marks' }, ...scene.far.places.map(([number, url, name, papers, told]) => make('li', {}, make('a', {
    class: 'mark', href: url, title: told || null, text: `${scene.categories[number][1]} ${name} · ${numbers.format(papers)}`, dir: 'auto',
  }))));
}
