// What allowed calls take while Holdfast is under each kind of load: at a fixed rate, in rounds whose order rotates.
// bench/load installs and builds what this needs; README.md explains.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { raiseDescriptors } from '../tests/scenarios/support/crowd.mjs';
import { kCrowds, kIdle, kRoom } from './lib/crowds.mjs';
import { launch, make_scratch } from './lib/contestants.mjs';
import { fixed_rate, warm_up } from './lib/load.mjs';
import { resident_mib, stop } from './lib/processes.mjs';
import { cell } from './lib/table.mjs';

const { values } = parseArgs({ options: {
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '5' },
  rate: { type: 'string', default: '1000' },
  only: { type: 'string', default: Object.keys(kCrowds).join() },
} });
const kNames = Object.keys(kCrowds).filter((name) => name === 'alone' || values.only.split(',').includes(name));

// One kind of load on a process of its own, so that what each costs in memory is its own.
async function play(name, options) {
  const backend = await launch('direct', options.scratch);
  let holdfast;
  try {
    holdfast = await launch('holdfast', options.scratch, backend.port, { more: kRoom });
    await warm_up(holdfast, options);
    const before = resident_mib(holdfast);
    const crowd = await kCrowds[name](holdfast);
    const first = crowd.voted?.().length ?? 0;
    const from = performance.now();
    const timed = await fixed_rate(holdfast, options);
    const seconds = (performance.now() - from) / 1e3;
    const voted = crowd.voted?.().slice(first) ?? [];
    const rss = resident_mib(holdfast);
    const answered = await crowd.end();
    const each = crowd.size > 0 ? ((rss - before) * 1024) / crowd.size : NaN;
    const of_votes = voted.length > 0 ? { votes: voted.length / seconds, ...times_of(voted, answered) } : {};
    return { ...timed, rss, each, ...of_votes };
  } finally {
    if (holdfast) await stop(holdfast);
    await stop(backend);
  }
}

// Of the votes that were answered while the calls were timed, in milliseconds: until the vote was answered, and until the
// client that waited had its call's answer.
function times_of(voted, answered) {
  const sorted = (times) => times.sort((a, b) => a - b);
  const votes = sorted(voted.map(({ took }) => took));
  const calls = sorted(voted.filter(({ call }) => answered.has(call)).map(({ call, from }) => answered.get(call) - from));
  return { vote: votes[votes.length >> 1], run: calls[calls.length >> 1], slow: calls[Math.floor(calls.length * 0.99)] };
}

const kColumns = [
  ['p50, µs', 0, (own) => own.middle],
  ['· ratio to alone', 2, (own, all) => own.middle / all.alone.middle],
  ['p99, µs', 0, (own) => own.p99],
  ['· ratio to alone', 2, (own, all) => own.p99 / all.alone.p99],
  ['RSS, MiB', 1, (own) => own.rss],
  ['· added by each, KiB', 1, (own) => own.each],
  ['votes/s', 0, (own) => own.votes],
  ['· answered after, ms', 1, (own) => own.vote],
  ['· call answered after, ms', 1, (own) => own.run],
  ['· p99, ms', 1, (own) => own.slow],
];

function table(rounds) {
  const lines = [['', ...kColumns.map(([title]) => title)], ['---', ...kColumns.map(() => '--:')]];
  for (const name of kNames) {
    lines.push([name, ...kColumns.map(([, digits, figure]) => cell(rounds.map((all) => figure(all[name], all)), digits))]);
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

async function main() {
  if (raiseDescriptors(2 * kIdle) < kIdle + 2_000) throw new Error('10,000 connections need more descriptors: ulimit -n 20000');
  const options = { seconds: Number(values.seconds), rate: Number(values.rate), ...make_scratch() };
  const rounds = [];
  const loads = [loadavg()[0]];
  for (let i = 0; i < Number(values.rounds); ++i) {
    const figures = {};
    for (const [at] of kNames.entries()) {
      const name = kNames[(at + i) % kNames.length];
      figures[name] = await play(name, options);
      process.stderr.write(`round ${i + 1}: ${name} done\n`);
    }
    rounds.push(figures);
    loads.push(loadavg()[0]);
  }
  const args = ['receipts', 'verify', '--all', '--config', `${options.scratch}/holdfast/holdfast.yaml`];
  const said = execFileSync(process.env.HOLDFAST_BIN, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  console.log(table(rounds));
  console.log(`\n* ${cpus().length} cores (${cpus()[0].model}), ${options.rate} calls/s for ${options.seconds} s, ${rounds.length} rounds`);
  console.log(`* load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`);
  console.log(`* ${/^verified: .*$/m.exec(said)[0]}`);
}

main().catch((error) => {
  console.error(`No figures: ${error.cause?.message ?? error.message}`);
  process.exit(1);
});
