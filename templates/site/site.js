// Light or dark before anything is drawn; then the choice of sections on a page.
'use strict';
(() => {
  const root = document.documentElement;
  const darkSystem = matchMedia('(prefers-color-scheme: dark)');

  // A browser may give a page from disk no storage.
  function remembered() {
    try { return localStorage.getItem('map.theme'); } catch { return null; }
  }
  function remember(theme) {
    try { localStorage.setItem('map.theme', theme); } catch { /* it holds for this page */ }
  }

  function setTheme(theme) {
    root.dataset.theme = theme;
    document.getElementById('theme')?.setAttribute('aria-pressed', String(theme === 'dark'));
  }
  const wanted = () => remembered() ?? (darkSystem.matches ? 'dark' : 'light');
  setTheme(wanted());
  darkSystem.addEventListener('change', () => setTheme(wanted()));

  function startTheme() {
    const button = document.getElementById('theme');
    button.hidden = false;
    setTheme(wanted());
    button.addEventListener('click', () => {
      const theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
      remember(theme);
      setTheme(theme);
    });
  }

  // Shows only the sections that are chosen; the address keeps the choice (#only=vision,language), and so do the
  // ways to the editions before and after.
  function startChoice(group) {
    const buttons = [...group.querySelectorAll('button')];
    const sections = [...document.querySelectorAll('.report > section')];
    const status = group.querySelector('[role="status"]');
    const turns = [...document.querySelectorAll('.turn a')];
    const chosen = new Set();

    function show() {
      for (const button of buttons) {
        const { only } = button.dataset;
        button.setAttribute('aria-pressed', String(only ? chosen.has(only) : !chosen.size));
      }
      for (const section of sections) section.hidden = chosen.size > 0 && !chosen.has(section.id);
      const count = sections.filter((section) => !section.hidden).length;
      status.textContent = chosen.size ? (count === 1 ? status.dataset.one : status.dataset.many.replace('{count}', count)) : '';
      for (const link of turns) link.hash = chosen.size ? `only=${[...chosen].join(',')}` : '';
    }
    function note() {
      history.replaceState(null, '', chosen.size ? `#only=${[...chosen].join(',')}` : location.href.split('#')[0]);
    }
    function read() {
      const told = new URLSearchParams(location.hash.slice(1)).get('only') ?? '';
      const known = new Set(buttons.map((button) => button.dataset.only));
      chosen.clear();
      for (const only of told.split(',')) if (only && known.has(only)) chosen.add(only);
      show();
    }

    group.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      const { only } = button.dataset;
      if (!only) chosen.clear();
      else if (!chosen.delete(only)) chosen.add(only);
      show();
      note();
    });
    addEventListener('hashchange', read);
    group.hidden = false;
    document.querySelector('.contents')?.setAttribute('hidden', '');
    read();
  }

  addEventListener('DOMContentLoaded', () => {
    startTheme();
    const group = document.querySelector('.only');
    if (group) startChoice(group);
    if (!document.getElementById('found')) root.dataset.ready = 'yes';
  });
})();
