// The page's phrases, numbers and days in its language.
let phrases = {};
const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
const DAY = 86400000;

function say(key, values = {}) {
  return (phrases[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));
}

const counted = (count) => (count === 1 ? say('paper_one') : say('paper_many', { count: numbers.format(count) }));
const dayText = (day) => days.format(new Date(day * DAY));
const isoDay = (day) => new Date(day * DAY).toISOString().slice(0, 10);

// Days since 1970-01-01 of an ISO date; null for anything else.
function dayOf(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? null : Math.round(time / DAY);
}

// Lower case without accents, so that a query finds a word however it is written.
function folded(text) {
  const lower = text.toLowerCase();
  return /^[\x00-\x7f]*$/.test(lower) ? lower : lower.normalize('NFKD').replace(/\p{M}+/gu, '');
}
