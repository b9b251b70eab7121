// A reader of Prometheus' text format 0.0.4, strict about what a scraper would refuse.
import assert from 'node:assert/strict';

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const helpLine = new RegExp(`^# HELP (${name}) (.+)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram)$`);
const sampleLine = new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`);

const unescaped = (text) => text.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
const labelsOf = (text = '') =>
  Object.fromEntries([...text.matchAll(new RegExp(`(${label})`, 'g'))].map(([l]) => [l.slice(0, l.indexOf('=')), unescaped(l.slice(l.indexOf('"') + 1, -1))]));
const keyOf = (metric, labels) => JSON.stringify([metric, Object.entries(labels).sort()]);

// Resolves to a page: families (name -> {type, help, labels}), series, value(name, labels).
export function parse(text) {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const families = new Map(), series = new Map();
  let family;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = helpLine.exec(line), type = typeLine.exec(line), sample = sampleLine.exec(line);
    if (help) {
      assert.ok(!families.has(help[1]), `${help[1]} stands twice`);
      families.set(help[1], (family = { name: help[1], help: help[2], labels: new Set() }));
    } else if (type) {
      assert.equal(type[1], family?.name, 'TYPE follows HELP');
      family.type = type[2];
    } else {
      assert.ok(sample, `not a line of the format: ${line}`);
      const base = family.type === 'histogram' ? sample[1].replace(/_(bucket|sum|count)$/, '') : sample[1];
      assert.equal(base, family.name, `${sample[1]} stands in its family`);
      const labels = labelsOf(sample[2]);
      assert.match(sample[3], /^(\d+(\.\d+)?(e[+-]?\d+)?|\+Inf)$/, line);
      assert.ok(!series.has(keyOf(sample[1], labels)), `${line} stands twice`);
      series.set(keyOf(sample[1], labels), Number(sample[3]));
      Object.keys(labels).filter((l) => l !== 'le').forEach((l) => family.labels.add(l));
      if (family.type === 'counter') assert.match(family.name, /_total$/);
      if (family.type === 'histogram') assert.match(family.name, /_seconds$/);
    }
  }
  const value = (metric, labels = {}) => series.get(keyOf(metric, labels)) ?? 0;
  for (const histogram of [...families.values()].filter((f) => f.type === 'histogram')) {
    const counts = [...series].filter(([key]) => JSON.parse(key)[0] === `${histogram.name}_bucket`).map(([, n]) => n);
    assert.deepEqual(counts, counts.toSorted((a, b) => a - b), `${histogram.name} is cumulative`);
    assert.equal(counts.at(-1), value(`${histogram.name}_count`), `${histogram.name} counts everything`);
  }
  return { families, series, value };
}

// The series that differ between two pages: {'name{label="value"}': by}, without sums and buckets.
export function moved(before, after) {
  const changes = {};
  for (const [key, now] of after.series) {
    const [metric, labels] = JSON.parse(key);
    const by = now - (before.series.get(key) ?? 0);
    if (by === 0 || /_seconds_(sum|bucket)$/.test(metric)) continue;
    changes[labels.length ? `${metric}{${labels.map(([l, v]) => `${l}="${v}"`).join(',')}}` : metric] = by;
  }
  return changes;
}
