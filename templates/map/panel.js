// The side panel (a sheet on a phone): one paper's whole card, or one topic with its papers.
const SECTIONS = ['tldr', 'eli5', 'problem', 'method', 'result', 'application'];
const LISTED = 30;

class Panel {
  constructor(element, scene, acts) {
    this.element = element;
    this.scene = scene;
    this.acts = acts;
    this.body = element.querySelector('.body');
    element.querySelector('.close').addEventListener('click', () => acts.close());
  }

  get open() { return !this.element.hidden; }

  close() {
    if (!this.open) return;
    this.element.hidden = true;
    this.acts.moved();
    if (this.opener && this.opener.isConnected) this.opener.focus();
    this.opener = null;
  }

  show(heading, ...parts) {
    if (this.element.hidden) this.opener = document.activeElement;
    this.element.hidden = false;
    this.body.replaceChildren(make('h2', { id: 'panel-title', tabindex: '-1', text: heading, dir: 'auto' }), ...parts.filter(Boolean));
    this.body.scrollTop = 0;
    this.body.firstChild.focus({ preventScroll: true });
    this.acts.moved();
  }

  async paper(index) {
    const { scene } = this;
    this.shown = index;
    const facts = make('p', { class: 'facts', text: scene.factsOf(index) });
    const waiting = make('p', { class: 'waiting', text: say('loading') });
    this.show(scene.titleOf(index), facts, scene.provisional[index] ? make('p', { class: 'note', text: say('provisional') }) : null, waiting);
    const card = await scene.cards.of(index).catch(() => null);
    if (this.shown !== index) return;
    if (!card) {
      waiting.textContent = say('card_missing');
      return;
    }
    facts.before(make('p', { class: 'authors', text: authorsText(card.authors, 12), dir: 'auto' }));
    if (card.arxiv) facts.textContent += ` · ${card.arxiv}`;
    waiting.replaceWith(this.links(index, card), this.marks(index, card), ...this.sections(card));
  }

  links(index, card) {
    return make('p', { class: 'links' },
      linkTo(card.pdf, say('pdf')), linkTo(card.url, say('page')), linkTo(card.report, say('report')),
      make('button', { type: 'button', text: say('find_here'), click: () => this.acts.find(index) }),
      make('button', { type: 'button', class: 'copy', text: say('copy_link'), click: (event) => this.acts.copy(event.target) }));
  }

  // Its categories and topics; a paper may have several of either.
  marks(index, card) {
    const { scene } = this;
    const list = make('ul', { class: 'marks' });
    for (const place of card.categories) {
      const [, emoji, name] = scene.categories[place];
      list.append(make('li', {}, make('span', { class: 'mark', text: `${emoji} ${name}` })));
    }
    for (const topic of scene.topicsOf(index)) {
      list.append(make('li', {}, make('button', {
        type: 'button', class: 'mark', text: topic.name, dir: 'auto', click: () => this.acts.topic(topic.id),
      })));
    }
    return list;
  }

  sections(card) {
    const made = SECTIONS.filter((name) => card[name]).map((name) => make('section', { class: name },
      make('h3', { text: say(name) }), make('p', { text: card[name], dir: 'auto' })));
    if (card.abstract) {
      made.push(make('details', { open: !card.tldr }, make('summary', { text: say('abstract') }), make('p', { text: card.abstract, dir: 'auto' })));
    }
    return made;
  }

  label(label, coarse) {
    const { scene } = this;
    this.shown = null;
    const members = scene.membersOf(label, coarse);
    const topic = coarse ? null : scene.topicOf(label);
    const list = make('ol', { class: 'papers' });
    const more = make('button', { type: 'button', class: 'more', text: say('more') });
    let listed = 0;
    const grow = () => {
      const next = members.slice(listed, listed + LISTED);
      list.append(...next.map((index) => make('li', {}, make('button', {
        type: 'button', click: () => this.acts.open(index),
      }, make('span', { text: scene.titleOf(index), dir: 'auto' }), make('small', { text: scene.dayOf(index) })))));
      listed += next.length;
      more.hidden = listed >= members.length;
    };
    more.addEventListener('click', grow);
    grow();
    this.show(label.name,
      make('p', { class: 'facts', text: this.labelFacts(topic, members.length, label, coarse) }),
      topic && topic.rising ? make('p', { class: 'note', text: say('is_rising') }) : null,
      topic && topic.description ? make('p', { text: topic.description, dir: 'auto' }) : null,
      spark(members.map((index) => scene.days[index])),
      make('p', { class: 'links' }, make('button', { type: 'button', class: 'copy', text: say('copy_link'), click: (event) => this.acts.copy(event.target) })),
      make('h3', { text: say(scene.dated ? 'newest' : 'papers') }), list, more);
  }

  labelFacts(topic, count, label, coarse) {
    const parts = [counted(count)];
    if (!coarse) parts.push(this.scene.assignment.groups[label.parent].name);
    if (topic && this.scene.dated) parts.push(say('born', { date: dayText(topic.born) }));
    return parts.join(' · ');
  }
}

const SVG = 'http://www.w3.org/2000/svg';

function draw(tag, traits, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(traits)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Papers over time, as bars.
function spark(days) {
  const [first, last] = [Math.min(...days), Math.max(...days)];
  if (!days.length || first === last) return null;
  const bins = new Array(40).fill(0);
  for (const day of days) bins[Math.min(39, Math.floor(((day - first) / (last - first)) * 40))] += 1;
  const most = Math.max(...bins);
  const bars = bins.map((count, i) => draw('rect', { x: i * 5, width: 4, y: 30 - (28 * count) / most, height: (28 * count) / most }));
  const words = `${dayText(first)} – ${dayText(last)}`;
  return make('figure', { class: 'spark' },
    draw('svg', { viewBox: '0 0 200 30', role: 'img', 'aria-label': words, preserveAspectRatio: 'none' }, ...bars),
    make('figcaption', { text: words }));
}
