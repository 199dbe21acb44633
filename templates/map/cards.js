// The small card beside the pointer.
class HoverCard {
  constructor(element, scene) {
    this.element = element;
    this.scene = scene;
    this.fill = settled((index) => this.more(index), 70);
  }

  show(index, x, y) {
    const { scene, element } = this;
    if (index === null) {
      element.hidden = true;
      return;
    }
    if (index !== this.index || element.hidden) {
      this.index = index;
      const topic = scene.assignment.of[index];
      element.replaceChildren(
        make('p', { class: 'title', text: scene.titleOf(index), dir: 'auto' }),
        make('p', { class: 'facts', text: scene.factsOf(index) }),
        scene.provisional[index] ? make('p', { class: 'facts', text: say('provisional') }) : '',
        topic === NONE ? '' : make('p', { class: 'topic', text: scene.assignment.labels[topic].name, dir: 'auto' }),
      );
      this.fill(index);
    }
    element.hidden = false;
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const left = x + 18 + width > innerWidth ? Math.max(8, x - 18 - width) : x + 18;
    const top = Math.min(Math.max(8, y + 14), Math.max(8, innerHeight - height - 8));
    element.style.transform = `translate(${left}px, ${top}px)`;
  }

  async more(index) {
    const card = await this.scene.cards.of(index).catch(() => null);
    if (!card || index !== this.index || this.element.hidden) return;
    this.element.querySelector('.facts').before(make('p', { class: 'authors', text: authorsText(card.authors, 4), dir: 'auto' }));
    const text = card.tldr || card.abstract;
    if (text) this.element.append(make('p', { class: 'tldr', text, dir: 'auto' }));
  }
}

function authorsText(authors, most) {
  if (!authors.length) return say('no_authors');
  if (authors.length <= most) return authors.join(', ');
  return say('authors_more', { authors: authors.slice(0, most).join(', '), count: numbers.format(authors.length - most) });
}
