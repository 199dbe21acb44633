// The tree of groups and topics, by the ARIA authoring practices' tree pattern.
class Tree {
  constructor(element, scene, acts) {
    this.element = element;
    this.scene = scene;
    this.acts = acts;
    element.addEventListener('keydown', (event) => this.key(event));
  }

  make() {
    const { assignment } = this.scene;
    const rising = this.scene.risingLabels();
    const inside = assignment.groups.map(() => []);
    assignment.labels.forEach((label) => { if (label.papers) inside[label.parent].push(label); });
    const byPapers = (one, other) => other.papers - one.papers || one.index - other.index;
    this.items = new Map();
    this.element.replaceChildren(...assignment.groups.filter((group) => group.papers).sort(byPapers).map((group) => {
      const leaves = inside[group.index].sort(byPapers).map((label) => this.line(label, false, rising.has(label.index)));
      return this.line(group, true, false, make('ul', { id: `branch-${group.index}`, role: 'group', hidden: true }, ...leaves));
    }));
    this.rove(this.element.querySelector('[role=treeitem]'));
    this.chosen = null;
  }

  // A line of the list: the item itself, and what is under it.
  line(label, coarse, rising, branch = null) {
    const dot = make('span', { class: 'dot', 'aria-hidden': 'true' });
    paint(dot, label.colour, POINTS);
    const item = make('div', {
      class: 'row', role: 'treeitem', tabindex: '-1', 'aria-level': coarse ? 1 : 2, 'aria-selected': 'false',
      'aria-expanded': coarse ? 'false' : null, 'aria-owns': branch && branch.id,
    },
      coarse ? make('span', { class: 'twist', 'aria-hidden': 'true' }) : null, dot,
      make('span', { class: 'name', text: label.name, dir: 'auto' }),
      rising ? make('span', { class: 'rise', role: 'img', 'aria-label': say('rising'), title: say('rising'), text: '▲' }) : null,
      make('span', { class: 'count', 'aria-hidden': 'true', text: numbers.format(label.papers) }),
      make('span', { class: 'unseen', text: counted(label.papers) }));
    item.addEventListener('click', (event) => {
      this.rove(item);
      if (coarse && (event.target.className === 'twist' || !this.isOpen(item))) this.toggle(item);
      if (event.target.className !== 'twist') this.acts.focus(label, coarse);
    });
    item.label = label;
    item.coarse = coarse;
    this.items.set(`${coarse ? 'g' : 't'}${label.index}`, item);
    return make('li', { role: 'none' }, item, branch);
  }

  isOpen(item) { return item.getAttribute('aria-expanded') === 'true'; }

  toggle(item, open = !this.isOpen(item)) {
    item.setAttribute('aria-expanded', String(open));
    item.nextElementSibling.hidden = !open;
  }

  toggleAll(open) {
    for (const item of this.items.values()) if (item.coarse) this.toggle(item, open);
  }

  // The item that one is under, if any.
  above(item) { return item.closest('[role=group]')?.previousElementSibling ?? null; }

  rove(item) {
    if (!item) return;
    if (this.roving) this.roving.tabIndex = -1;
    item.tabIndex = 0;
    this.roving = item;
  }

  // Marks what the map is focused on, and opens the way to it.
  choose(label, coarse) {
    if (this.chosen) this.chosen.setAttribute('aria-selected', 'false');
    this.chosen = label ? this.items.get(`${coarse ? 'g' : 't'}${label.index}`) : null;
    if (!this.chosen) return;
    this.chosen.setAttribute('aria-selected', 'true');
    this.toggle(coarse ? this.chosen : this.above(this.chosen), true);
    this.rove(this.chosen);
    this.chosen.scrollIntoView({ block: 'nearest' });
  }

  key(event) {
    const item = event.target.closest('[role=treeitem]');
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const seen = [...this.element.querySelectorAll('[role=treeitem]')].filter((one) => one.offsetParent !== null);
    const at = seen.indexOf(item);
    const acts = {
      ArrowDown: () => seen[at + 1],
      ArrowUp: () => seen[at - 1],
      Home: () => seen[0],
      End: () => seen[seen.length - 1],
      ArrowRight: () => {
        if (item.coarse && !this.isOpen(item)) this.toggle(item, true);
        else if (item.coarse) return seen[at + 1];
        return item;
      },
      ArrowLeft: () => {
        if (item.coarse) this.toggle(item, false);
        return this.above(item) ?? item;
      },
      Enter: () => this.acts.focus(item.label, item.coarse),
      ' ': () => this.acts.focus(item.label, item.coarse),
    };
    if (!Object.hasOwn(acts, event.key)) return this.type(event, seen, at);
    event.preventDefault();
    const next = acts[event.key]();
    if (next) {
      this.rove(next);
      next.focus();
    }
    return undefined;
  }

  // A letter goes to the next name that begins with it.
  type(event, seen, at) {
    if (event.key.length !== 1) return;
    const letter = folded(event.key);
    const next = [...seen.slice(at + 1), ...seen.slice(0, at + 1)].find((one) => folded(one.label.name).startsWith(letter));
    if (next) {
      this.rove(next);
      next.focus();
    }
  }
}
