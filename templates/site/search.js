// Search in titles, authors and TL;DRs: every word must be found. Papers come month by month, newest first.
'use strict';
(() => {
  const RESULTS = 50;
  // A hit counts more in a title than in a TL;DR, and less inside of a word.
  const WEIGHTS = [8, 6, 1];
  const $ = (id) => document.getElementById(id);
  const settings = JSON.parse($('settings').textContent);
  const papers = [];
  let months = [];
  let categories = null;
  let loading = false;
  let broken = false;
  let shown = RESULTS;

  const say = (key, count) => settings.phrases[key].replace('{count}', new Intl.NumberFormat(document.documentElement.lang).format(count));

  // Lower case without accents, so that a query finds a word however it is written.
  function folded(text) {
    const lower = text.toLowerCase();
    return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize('NFKD').replace(/\p{M}+/gu, '').normalize('NFC');
  }

  async function json(address) {
    const answer = await fetch(new URL(address, document.baseURI));
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  // The newest month is there at once; the others come when someone looks for something.
  async function load() {
    try {
      if (!categories) ({ months, categories } = await json(settings.months));
      while (months.length && (!papers.length || $('query').value.trim())) {
        for (const [id, title, authors, tldr, category, edition, own] of await json(`search/${months[0][0]}`)) {
          papers.push({ id, title, authors, tldr, category, edition, own, fields: [`${title} ${own}`, authors, tldr].map(folded) });
        }
        months.shift();
        run();
      }
    } catch {
      broken = true;
    }
    loading = false;
    run();
    document.documentElement.dataset.ready = 'yes';
  }

  function start() {
    if (loading || broken || (categories && !months.length)) return;
    loading = true;
    load();
  }

  function weight(fields, word) {
    for (let i = 0; i < fields.length; i += 1) {
      const at = fields[i].indexOf(word);
      if (at >= 0) return at === 0 || !/[\p{L}\p{N}]/u.test(fields[i][at - 1]) ? WEIGHTS[i] : WEIGHTS[i] / 2;
    }
    return 0;
  }

  function found(query) {
    const words = [...new Set(folded(query).split(/\s+/).filter(Boolean))];
    if (!words.length) return null;
    const hits = [];
    for (const paper of papers) {
      let total = 0;
      for (const word of words) {
        const own = weight(paper.fields, word);
        if (!own) { total = 0; break; }
        total += own;
      }
      if (total) hits.push([total, paper]);
    }
    // Papers are there newest first, and sorting keeps that order among equals.
    return hits.sort((one, other) => other[0] - one[0]).map(([, paper]) => paper);
  }

  function make(tag, traits, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(traits)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // The card on its category's page, as the reports name it.
  function cardOf(paper) {
    const anchor = paper.id.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
    const [year, month] = paper.edition.split('-');
    return `${year}/${month}/${paper.edition}/${paper.category}${settings.suffix}.html#${anchor}`;
  }

  function line(paper) {
    const facts = [paper.edition, categories?.[paper.category] ?? '', paper.authors].filter(Boolean);
    const more = [make('a', { href: cardOf(paper) }, settings.phrases.card)];
    if (settings.map) more.push(' · ', make('a', { href: `${settings.map}#paper=${encodeURIComponent(paper.id)}` }, settings.phrases.on_map));
    return make(
      'li',
      {},
      make('h2', { dir: 'auto' }, make('a', { href: cardOf(paper) }, paper.own || paper.title || paper.id)),
      ...(paper.own ? [make('p', { class: 'facts', dir: 'auto' }, paper.title)] : []),
      make('p', { class: 'facts authors', dir: 'auto' }, facts.join(' · ')),
      ...(paper.tldr ? [make('p', { dir: 'auto' }, paper.tldr)] : []),
      make('p', { class: 'facts' }, ...more),
    );
  }

  function run() {
    const hits = found($('query').value);
    const ending = broken ? settings.phrases.search_broken : loading ? settings.phrases.search_loading : '';
    const count = hits?.length ?? 0;
    const told = !hits ? settings.phrases.search_note : count === 1 ? settings.phrases.found_one : say('found', count);
    // Where nothing could be loaded, a count of what was found would tell the wrong thing.
    const parts = broken && !papers.length ? [ending] : [told, ending].filter(Boolean);
    $('told').textContent = parts.join(hits ? ' · ' : ' ');
    // More papers may arrive while someone is at one of them: they stay at it.
    const at = document.activeElement;
    $('found').replaceChildren(...(hits ?? []).slice(0, shown).map((paper) => { paper.line ??= line(paper); return paper.line; }));
    if ($('found').contains(at)) at.focus({ preventScroll: true });
    $('more').hidden = count <= shown;
  }

  let waiting = 0;
  function ask() {
    shown = RESULTS;
    start();
    run();
    const query = $('query').value;
    history.replaceState(null, '', query ? `?q=${encodeURIComponent(query)}` : location.pathname);
  }

  $('query').value = new URLSearchParams(location.search).get('q') ?? '';
  $('query').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, 80); });
  document.querySelector('form.find').addEventListener('submit', (event) => { event.preventDefault(); ask(); });
  $('more').addEventListener('click', () => { shown += RESULTS; run(); });
  $('query').focus();
  start();
  run();
})();
