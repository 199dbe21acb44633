// What the points' colours mean: by topic, group, category, source, provider or date.
class Legend {
  constructor(select, list, scene) {
    this.list = list;
    this.scene = scene;
    this.select = select;
    this.kinds = {
      topic: () => this.byTopic(),
      category: () => this.byKind(scene.columns.categories, scene.categories.map(([, emoji, name]) => `${emoji} ${name}`)),
      source: () => this.byKind(scene.columns.sources, scene.sources),
      provider: () => this.byKind(scene.columns.providers, scene.providers),
      date: () => this.byDate(),
    };
    select.replaceChildren(...Object.keys(this.kinds).map((kind) => make('option', { value: kind, text: say(`by_${kind}`) })));
    const one = { source: scene.sources.length < 2, provider: scene.providers.length < 2, date: !scene.dated };
    for (const option of [...select.options]) if (one[option.value]) option.remove();
    select.addEventListener('change', () => {
      // The tree tells the topics' colours; any other has to be looked up.
      list.parentElement.open = select.value !== 'topic';
      this.apply();
    });
  }

  apply() {
    this.colourOf = (this.kinds[this.select.value] ?? this.kinds.topic)();
    this.scene.recolour(this.colourOf);
  }

  byTopic() {
    const { assignment } = this.scene;
    this.show(assignment.groups.filter((group) => group.papers).map((group) => [group.name, group.colour, group.papers]));
    return (i) => (assignment.of[i] === NONE ? GREY : assignment.labels[assignment.of[i]].colour);
  }

  byKind(column, names) {
    const counts = new Array(names.length).fill(0);
    for (const kind of column) if (kind !== NONE) counts[kind] += 1;
    const colours = names.map((_, index) => kindColour(index));
    this.show(names.map((name, index) => [name, colours[index], counts[index]]).filter(([, , count]) => count));
    return (i) => (column[i] === NONE ? GREY : colours[column[i]]);
  }

  byDate() {
    const { days } = this.scene;
    const [first, last] = [days.reduce((a, b) => Math.min(a, b), days[0]), days.reduce((a, b) => Math.max(a, b), days[0])];
    const span = Math.max(1, last - first);
    const ramp = Array.from({ length: 65 }, (_, i) => rampColour(i / 64));
    const seen = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(first + share * span));
    this.show([...new Set(seen)].map((day) => [dayText(day), ramp[Math.round(((day - first) / span) * 64)], null]));
    return (i) => ramp[Math.round(((days[i] - first) / span) * 64)];
  }

  show(lines) {
    this.list.replaceChildren(...lines.map(([name, colour, count]) => {
      const dot = make('span', { class: 'dot', 'aria-hidden': 'true' });
      paint(dot, colour, POINTS);
      return make('li', {}, dot, make('span', { class: 'name', text: name, dir: 'auto' }),
        count === null ? null : make('span', { class: 'count', text: numbers.format(count) }));
    }));
    const waiting = this.scene.provisional.reduce((one, other) => one + other, 0);
    if (waiting) {
      const dot = make('span', { class: 'dot faint', 'aria-hidden': 'true' });
      paint(dot, GREY, POINTS);
      this.list.append(make('li', {}, dot, make('span', { class: 'name', text: say('fainter') }), make('span', { class: 'count', text: numbers.format(waiting) })));
    }
  }
}
