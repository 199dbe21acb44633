// Which papers are lit: the choices of a reader, taken together.
class Filters {
  constructor(count, days) {
    this.count = count;
    this.days = days;
    this.masks = new Map();
    this.lit = new Float32Array(count).fill(1);
    this.total = count;
    this.heard = [];
  }

  onChange(act) { this.heard.push(act); }

  get active() { return this.masks.size > 0; }

  // Sets or, with null, drops the choice called `name`; `test` says by index whether a paper stays.
  set(name, test) {
    if (test) this.masks.set(name, test);
    else if (!this.masks.delete(name)) return;
    this.apply();
  }

  apply() {
    const tests = [...this.masks.values()];
    let total = 0;
    for (let i = 0; i < this.count; i += 1) {
      let lit = 1;
      for (let t = 0; t < tests.length && lit; t += 1) lit = tests[t](i) ? 1 : 0;
      this.lit[i] = lit;
      total += lit;
    }
    this.total = total;
    this.heard.forEach((act) => act());
  }
}
