// The parts of the page where papers have yet to come before they can be told of.

class FarTitles extends Titles {
  // As on any map, once all chunks in sight are there; their titles are fetched when they can be read.
  seen() {
    const { camera, scene } = this;
    const { seen, papers } = scene.sight(camera);
    if (papers > scene.far.inSight || !seen.every((chunk) => chunk.here)) return null;
    const scale = 2 ** camera.zoom;
    const { cover, width, height } = camera;
    const [x0, x1] = [cover.left + 4, width - cover.right - 4].map((x) => camera.x + (x - width / 2) / scale);
    const [y0, y1] = [height - 4, 4].map((y) => camera.y - (y - height / 2) / scale);
    const found = [];
    for (const { start, papers: many } of seen) {
      for (let i = start; i < start + many; i += 1) {
        const [x, y] = [scene.positions[2 * i], scene.positions[2 * i + 1]];
        if (x < x0 || x > x1 || y < y0 || y > y1 || !scene.filters.lit[i]) continue;
        if (found.length === LEGIBLE) return null;
        found.push(i);
      }
    }
    const unnamed = new Set(found.map((index) => scene.chunkOf(index)).filter((chunk) => !chunk.named));
    if (!unnamed.size) return found;
    Promise.all([...unnamed].map((chunk) => scene.name(chunk))).then(() => this.place()).catch(() => {});
    return null;
  }
}

class FarHover extends HoverCard {
  show(index, x, y) {
    this.wanted = index;
    if (index === null || this.scene.has(index)) {
      super.show(index, x, y);
      return;
    }
    super.show(null);
    this.scene.whole(index).then(() => { if (this.wanted === index) super.show(index, x, y); }).catch(() => {});
  }
}

class FarPanel extends Panel {
  label(label, coarse) {
    super.label(label, coarse);
    const { scene } = this;
    const told = scene.lists.get(scene.keyOf(label, coarse));
    const line = told && spark(told.days);
    const drawn = this.body.querySelector('.spark');
    if (line && drawn) drawn.replaceWith(line);
    const topic = coarse ? null : scene.topicOf(label);
    const place = topic ? scene.placeOf(topic.category) : scene.placeNamed(scene.assignment.groups[coarse ? label.index : label.parent].name);
    if (!place) return;
    const hash = coarse ? '' : `#topic=${encodeURIComponent(label.id ?? label.name)}`;
    this.body.querySelector('.links').prepend(make('a', { href: place[1] + hash, text: say('far_open', { name: place[2] }) }));
  }

  labelFacts(topic, count, label, coarse) { return super.labelFacts(topic, label.papers, label, coarse); }
}

class FarLegend extends Legend {
  constructor(select, list, scene) {
    super(select, list, scene);
    // The picture from afar has the categories' colours.
    select.value = 'category';
  }

  byKind(column, names) {
    const colours = names.map((_, index) => kindColour(index));
    const { counts } = this.scene.far;
    this.show(names.map((name, index) => [name, colours[index], counts[index]]).filter(([, , count]) => count));
    return (i) => (column[i] === NONE ? GREY : colours[column[i]]);
  }
}

class FarChoices extends Choices {
  open(index, near) {
    const { scene, panel } = this.page;
    if (scene.has(index)) return super.open(index, near);
    return scene.whole(index).then(() => super.open(index, near)).catch(() => { $('status').textContent = say('part_missing'); panel.close(); });
  }

  focus(label, coarse, fly = true) {
    const { scene } = this.page;
    const go = () => {
      super.focus(label, coarse, fly);
      this.page.tell();
    };
    // Without its list a topic is told of all the same.
    if (scene.listed(label, coarse)) return go();
    return scene.list(label, coarse).then(go, go);
  }

  unfocus(fly = true) {
    super.unfocus(fly);
    this.page.tell();
  }
}

class FarRoute extends Route {
  async arrive(wanted, whole) {
    const { scene } = this.page;
    wanted.delete('since');
    const waiting = [];
    const found = wanted.has('topic') ? this.labelOf(wanted.get('topic')) : null;
    if (found) waiting.push(scene.list(found.label, found.coarse));
    if (wanted.has('paper')) waiting.push(scene.find(wanted.get('paper')));
    await Promise.all(waiting.map((one) => one.catch(() => {})));
    return super.arrive(wanted, whole);
  }
}
