// Rounds to a table: every cell is the median over the rounds and, in brackets, the least and the most.
// Differences and ratios are taken within a round, where both sides met the same neighbours.

// A figure of one contestant `own` in a round of `all`; NaN when what it is compared with was not measured.
const kRows = [
  ...at_once(', proxy on its own core', 'at_once_apart'),
  ...at_once(', no one placed', 'at_once_usual'),
  ...added_p50('p50 at 1 connection, own cores, µs', 'apart'),
  ...added_p50('p50 at 1 connection, one core for all, µs', 'together'),
  ['p99 at 3,000 calls/s, µs', 0, (own) => own.p99],
  ['· added to direct, µs', 0, (own, all) => own.p99 - all.direct?.p99],
  ['RSS, 32 idle connections, MiB', 1, (own) => own.idle],
  ['RSS after the load, MiB', 1, (own) => own.loaded],
  ['start to first answer, ms', 0, (own) => own.ready],
];

function at_once(where, name) {
  return [
    [`calls/s, 32 connections${where}`, 0, (own) => own[name]?.rate],
    ['· ratio to nginx', 2, (own, all) => own[name]?.rate / all.nginx?.[name]?.rate],
    [`CPU per call${where}, µs`, 1, (own) => own[name]?.cpu],
    ['· ratio to nginx', 2, (own, all) => own[name]?.cpu / all.nginx?.[name]?.cpu],
  ];
}

function added_p50(title, name) {
  const added = (own, all) => own[name] - all.direct?.[name];
  return [
    [title, 0, (own) => own[name]],
    ['· added to direct, µs', 0, added],
    ['· added, ratio to what nginx adds', 2, 
      (own, all) => (all.nginx ? added(own, all) / added(all.nginx, all) : NaN)],
  ];
}

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function cell(values, digits) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return '–';
  const show = (value) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(median(sorted))} (${show(sorted[0])} to ${show(sorted.at(-1))})`;
}

// `rounds`: a list of {name: figures}. Returns a Markdown table; rows that nobody has a figure for are left out.
export function table(rounds, names) {
  const lines = [['', ...names], ['---', ...names.map(() => '--:')]];
  for (const [title, digits, figure] of kRows) {
    const cells = names.map((name) => {
      const derived = name === 'direct' && title.startsWith('·');
      return derived ? '–' : cell(rounds.map((all) => figure(all[name], all)), digits);
    });
    if (cells.some((text) => text !== '–')) lines.push([title, ...cells]);
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
