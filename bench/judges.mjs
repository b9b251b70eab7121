// One decision, here and elsewhere. bench/judges installs and builds what this needs; README.md explains.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as cerbos from './lib/cerbos.mjs';
import { call_body } from './lib/configs.mjs';
import { make_scratch } from './lib/contestants.mjs';
import { run, stop } from './lib/processes.mjs';
import { cell } from './lib/table.mjs';

const kBench = new URL('../build/bench/bench/holdfast_bench', import.meta.url).pathname;
const kAnswer = 'Cerbos: until the answer (time, not CPU)';
const kSeconds = 1; // for each figure of each round

// CPU microseconds of each of our benchmarks, by name and size.
async function measure_ours(scratch, sizes) {
  const file = `${scratch}/decide.json`;
  await run([kBench, `--benchmark_filter=decide.*/(${sizes.join('|')})$`, '--benchmark_min_time=0.2',
    `--benchmark_out=${file}`, '--benchmark_out_format=json']);
  const figures = new Map();
  for (const one of JSON.parse(readFileSync(file, 'utf8')).benchmarks) {
    if (one.error_occurred) throw new Error(`${one.name}: ${one.error_message}`);
    figures.set(one.name, one.cpu_time / 1e3);
  }
  return figures;
}

// V8 inlines the way into WebAssembly, and fails when it has to undo that.
const kCedarFlag = '--no-turbo-inline-js-wasm-calls';
const kCedar = fileURLToPath(new URL('lib/cedar.mjs', import.meta.url));

async function measure_cedar({ sizes, body_file }) {
  const command = [process.execPath, kCedarFlag, kCedar, sizes.join(','), String(kSeconds)];
  return JSON.parse(await run(['sh', '-c', 'exec "$@" <"$0"', body_file, ...command]));
}

const kFromText = 'Holdfast: from the text of the call';
const kOurs = [
  ['Holdfast: decide', 'decide, rules of many tools'],
  [kFromText, 'parse and decide, rules of many tools'],
  ['Holdfast: decide, escalated, with automatic rules', 'decide, escalated, with automatic rules'],
];

async function one_round(options, servers, text) {
  const ours = await measure_ours(options.scratch, options.sizes);
  const cedar = await measure_cedar(options);
  const round = { crossing: cedar.nothing };
  for (const size of options.sizes) {
    const figures = {};
    for (const [title, name] of kOurs) figures[title] = ours.get(`${name}/${size}`);
    figures['Cedar: from the text of the call'] = cedar[size];
    const { one, fifty, answer } = await cerbos.measure(servers.get(size), text, kSeconds);
    figures['Cerbos: fifty in a request'] = fifty;
    figures['Cerbos: one in a request'] = one;
    figures[kAnswer] = answer;
    round[size] = figures;
  }
  return round;
}

function table(rounds, sizes) {
  const [least, most] = [sizes[0], sizes.at(-1)];
  const lines = [['CPU, µs, of one decision; rules:', ...sizes.map((size) => size.toLocaleString('en')), `${most.toLocaleString('en')} to ${least}`]];
  lines.push(['---', ...sizes.map(() => '--:'), '--:']);
  for (const title of Object.keys(rounds[0][least])) {
    const cells = sizes.map((size) => cell(rounds.map((round) => round[size][title]), 2));
    lines.push([title, ...cells, cell(rounds.map((round) => round[most][title] / round[least][title]), 2)]);
    if (title.startsWith('Holdfast') || title === kAnswer) continue;
    const ratios = sizes.map((size) => cell(rounds.map((round) => round[size][title] / round[size][kFromText]), 1));
    lines.push(['· ratio to Holdfast from the text', ...ratios, '']);
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

async function main() {
  const { values } = parseArgs({ options: {
    rounds: { type: 'string', default: '5' },
    sizes: { type: 'string', default: '10,100,1000,10000' },
  } });
  if (!/^[1-9]\d?$/.test(values.rounds)) throw new Error('--rounds takes a number from 1 to 99');
  if (!/^10{1,4}(,10{1,4})*$/.test(values.sizes)) throw new Error('--sizes takes some of 10,100,1000,10000');
  const options = { sizes: values.sizes.split(',').map(Number), ...make_scratch() };
  const before = loadavg()[0].toFixed(1);
  const text = call_body();
  const servers = new Map();
  for (const size of options.sizes) servers.set(size, await cerbos.launch(size, options.scratch));
  for (const server of servers.values()) await cerbos.check(server, text);
  const rounds = [];
  while (rounds.length < Number(values.rounds)) {
    rounds.push(await one_round(options, servers, text));
    process.stderr.write(`round ${rounds.length}\n`);
  }
  for (const server of servers.values()) await stop(server);
  console.log(table(rounds, options.sizes));
  console.log([
    `\n* Cedar by a policy without conditions, from the text of the call: ${cell(rounds.map((round) => round.crossing), 2)}`,
    `${cpus().length} cores (${cpus()[0].model}), load average ${before} before, ${loadavg()[0].toFixed(1)} after`,
    `${rounds.length} rounds, everybody in turn; median (least to most)`,
  ].join('\n* '));
}

main().catch((error) => {
  console.error(`No figures: ${error.message}`);
  process.exit(1);
});
