// What a reader can choose: a paper, a topic, a layer, another assignment; each is lit, told and put in the address.
class Choices {
  constructor(page) { this.page = page; }

  point(index, x, y) {
    const { scene } = this.page;
    const on = index >= 0 ? index : null;
    this.cursor = on !== null || this.page.labels.at(x, y) || this.page.titles.at(x, y) !== null ? 'pointer' : 'grab';
    // What the panel tells already needs no second card.
    if (matchMedia('(hover: hover)').matches) this.page.hover.show(on === scene.chosen ? null : on, x, y);
    if (on === scene.hovered) return;
    scene.hovered = on;
    this.page.plot.show();
  }

  // When the map moves, the pointer is no longer on what it was on.
  unhover() {
    const { hover, plot, scene } = this.page;
    hover.show(null);
    if (scene.hovered === null) return;
    scene.hovered = null;
    if (plot) plot.show();
  }

  click(index, x, y) {
    const titled = index >= 0 ? index : this.page.titles.at(x, y);
    if (titled !== null) {
      this.open(titled, false);
      return;
    }
    const entry = this.page.labels.at(x, y);
    if (entry) this.focus(entry.label, entry.coarse);
  }

  // Opens a paper's card; `near` also brings it into sight.
  open(index, near) {
    const { scene } = this.page;
    scene.chosen = index;
    this.page.hover.show(null);
    this.page.route.parts.set('paper', scene.ids[index]);
    this.page.panel.paper(index);
    if (near) this.find(index);
    if (this.page.narrow.matches) this.page.openSide(false);
    if (this.page.plot) this.page.plot.show();
    this.page.route.write();
  }

  find(index) {
    const { camera } = this.page;
    const [x, y] = [this.page.scene.positions[2 * index], this.page.scene.positions[2 * index + 1]];
    const inset = this.page.insets();
    const zoom = Math.max(camera.zoom, camera.whole.zoom + 2.6);
    const scale = 2 ** zoom;
    camera.fly({ x: x - (inset.left - inset.right) / 2 / scale, y: y + (inset.top - inset.bottom) / 2 / scale, zoom });
  }

  close() {
    const { scene } = this.page;
    scene.chosen = null;
    this.page.route.parts.delete('paper');
    this.page.panel.close();
    if (this.page.plot) this.page.plot.show();
    this.page.route.write();
  }

  // Lights one topic or group, and flies there.
  focus(label, coarse, fly = true) {
    const { scene } = this.page;
    const { of, labels } = scene.assignment;
    this.page.route.parts.delete('paper');
    this.page.route.parts.delete('view');
    scene.chosen = null;
    scene.focused = label;
    this.page.route.parts.set('topic', coarse ? `~${label.name}` : String(label.id ?? label.name));
    scene.filters.set('topic', coarse
      ? (i) => of[i] !== NONE && labels[of[i]].parent === label.index
      : (i) => of[i] === label.index);
    this.page.tree.choose(label, coarse);
    this.wayBack();
    if (this.page.narrow.matches) this.page.openSide(false);
    this.page.panel.label(label, coarse);
    if (label.bounds && fly) this.page.camera.fly(this.page.camera.framing(label.bounds));
    this.page.route.write();
  }

  unfocus(fly = true) {
    this.page.route.parts.delete('topic');
    this.page.route.parts.delete('paper');
    this.page.route.parts.delete('view');
    Object.assign(this.page.scene, { chosen: null, focused: null });
    this.page.tree.choose(null);
    this.page.scene.filters.set('topic', null);
    this.page.panel.close();
    this.wayBack();
    if (fly) this.page.camera.fly(this.page.camera.framing(this.page.camera.bounds));
    this.page.route.write();
  }

  // Offers to show all where not all is shown.
  wayBack() { $('whole').hidden = this.page.camera.home && !this.page.route.parts.has('topic'); }

  since(text) {
    const day = dayOf(text);
    const { days } = this.page.scene;
    this.page.scene.filters.set('since', day === null ? null : (i) => days[i] >= day);
    $('since').value = day === null ? '' : text;
    $('since-week').setAttribute('aria-pressed', String(day !== null && text === isoDay(this.page.timeline.last - 6)));
    if (day === null) this.page.route.parts.delete('since');
    else this.page.route.parts.set('since', text);
    this.page.route.write();
  }

  rising(on) {
    const { scene } = this.page;
    const { topics } = scene.columns;
    const { perPaper } = scene.map;
    const rising = scene.topics.map((topic) => topic.rising && !topic.retired);
    // A paper's first topic is the one it is in.
    scene.filters.set('rising', on ? (i) => rising[topics[i * perPaper]] === true : null);
  }

  async assign(key) {
    const { scene } = this.page;
    if (key === scene.assignment.key) return;
    const coming = scene.assigned(key);
    if (!coming) return;
    const assignment = await coming.catch(() => null);
    if (!assignment) {
      $('assignment').value = scene.assignment.key;
      $('status').textContent = say('part_missing');
      return;
    }
    const moving = assignment.positions || scene.assignment.positions;
    this.unfocus(false);
    scene.use(assignment);
    $('assignment').value = key;
    if (moving) {
      this.page.camera.bounds = this.page.extent();
      this.page.camera.whole = this.page.camera.framing(this.page.camera.bounds);
      this.page.camera.fly(this.page.camera.whole);
      if (this.page.plot) this.page.plot.moveTo();
    }
    this.page.labels.make();
    this.page.labels.refresh();
    this.page.tree.make();
    this.page.legend.apply();
  }
}
