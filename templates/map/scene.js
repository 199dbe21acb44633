// What is shown: the papers, the assignment, and what is chosen; every part of the page reads it from here.
class Scene {
  constructor(map) {
    this.map = map;
    this.count = map.papers;
    this.columns = unpacked(map);
    this.home = positionsOf(this.columns.positions, map.frame);
    this.positions = this.home;
    this.days = this.columns.days;
    this.provisional = this.columns.provisional;
    this.categories = map.categories;
    this.sources = map.sources;
    this.providers = map.providers;
    this.topics = map.topics.map(([id, name, description, category, born, rising, heir, retired]) => (
      { id, name, description, category, born, rising: rising === 1, heir, retired: retired === 1 }));
    this.topicById = new Map(this.topics.map((topic) => [topic.id, topic]));
    this.cards = new Cards(map.shard);
    this.filters = new Filters(this.count);
    this.assignments = new Map([[map.shown.key, Promise.resolve(assignmentOf(map.shown))]]);
    this.titles = read('titles').then((told) => {
      this.title = told.titles;
      this.ids = told.ids;
      this.byId = new Map(told.ids.map((id, index) => [id, index]));
      return told.titles;
    });
    // A list whose papers have no days of their own has all of them on one; that says nothing of a paper.
    this.dated = this.days.some((day) => day !== this.days[0]);
    this.chosen = null;
    this.hovered = null;
    this.focused = null;
  }

  // The assignment of that key, fetched when first asked for.
  assigned(key) {
    if (!this.map.assignments.includes(key)) return null;
    if (!this.assignments.has(key)) {
      const coming = read(`assignment-${key}`).then(assignmentOf);
      // What failed once may work the next time.
      coming.catch(() => this.assignments.delete(key));
      this.assignments.set(key, coming);
    }
    return this.assignments.get(key);
  }

  use(assignment) {
    this.assignment = assignment;
    this.positions = assignment.positions ?? this.home;
    this.members = assignment.labels.map(() => []);
    for (let i = 0; i < this.count; i += 1) if (assignment.of[i] !== NONE) this.members[assignment.of[i]].push(i);
  }

  dayOf(index) { return this.dated ? dayText(this.days[index]) : ''; }

  titleOf(index) { return (this.title && this.title[index]) || say('untitled'); }

  factsOf(index) {
    const { sources, providers } = this.columns;
    return [this.dayOf(index), this.sources[sources[index]], this.providers[providers[index]]].filter(Boolean).join(' · ');
  }

  topicsOf(index) {
    const { perPaper } = this.map;
    const places = [...this.columns.topics.subarray(index * perPaper, (index + 1) * perPaper)];
    return places.filter((place) => place !== NONE).map((place) => this.topics[place]);
  }

  // The papers of a label or of a group's labels, newest first.
  membersOf(label, coarse) {
    const found = coarse
      ? this.assignment.labels.filter((fine) => fine.parent === label.index).flatMap((fine) => this.members[fine.index])
      : [...this.members[label.index]];
    return found.sort((one, other) => this.days[other] - this.days[one] || one - other);
  }

  topicOf(label) { return label.id === null ? null : this.topicById.get(label.id) ?? null; }

  risingLabels() {
    return new Set(this.assignment.labels.filter((label) => this.topicOf(label)?.rising).map((label) => label.index));
  }

  // The live topic that a topic became; a circle of heirs ends the search.
  heirOf(id) {
    const passed = new Set();
    let topic = this.topicById.get(id);
    while (topic && topic.retired && topic.heir && !passed.has(topic.id)) {
      passed.add(topic.id);
      topic = this.topicById.get(topic.heir);
    }
    return topic ?? null;
  }

  *papersOfTopicsNamed(word) {
    this.foldedTopics ??= this.topics.map((topic) => folded(topic.name));
    const wanted = new Set();
    this.foldedTopics.forEach((name, place) => { if (name.includes(word)) wanted.add(place); });
    if (!wanted.size) return;
    const { topics } = this.columns;
    const { perPaper } = this.map;
    for (let i = 0; i < topics.length; i += 1) if (wanted.has(topics[i])) yield Math.floor(i / perPaper);
  }
}
