// Whole processes side by side: the same calls to a backend directly, through nginx, through HAProxy and through
// Holdfast, in rounds whose order rotates. bench/compare installs and builds what this needs; README.md explains.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { kNames, launch, make_scratch, with_idle_connections } from './lib/contestants.mjs';
import { fixed_rate, latency, throughput, warm_up } from './lib/load.mjs';
import { kPinned, resident_mib, stop } from './lib/processes.mjs';
import { table } from './lib/table.mjs';

const kMeasures = { throughput, latency, rate: fixed_rate };

function chosen(text, known, what) {
  const names = text.split(',');
  const odd = names.find((name) => !known.includes(name));
  if (odd !== undefined) throw new Error(`${what} ${odd} is none of ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

function positive(text, what) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`${what} takes a whole number from 1, not ${text}`);
  return Number(text);
}

function read_options() {
  const { values } = parseArgs({ options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: kNames.join() },
    measure: { type: 'string', default: Object.keys(kMeasures).join() },
    strict: { type: 'boolean', default: false },
  } });
  const names = chosen(values.only, [...kNames, 'strict'], '--only');
  if (values.strict && !names.includes('strict')) names.push('strict');
  return {
    names,
    rounds: positive(values.rounds, '--rounds'),
    seconds: positive(values.seconds, '--seconds'),
    measures: chosen(values.measure, Object.keys(kMeasures), '--measure').map((name) => kMeasures[name]),
  };
}

const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length]);

// One round: everybody starts, is measured in turn, and ends. Adds the calls made to `calls`.
async function play(number, options, calls) {
  const order = rotated(options.names, number);
  const started = [];
  try {
    const backend = await launch('direct', options.scratch);
    started.push(backend);
    const contestants = { direct: backend };
    for (const name of order) {
      if (name === 'direct') continue;
      contestants[name] = await launch(name, options.scratch, backend.port);
      started.push(contestants[name]);
    }
    const figures = {};
    for (const name of order) {
      const idle = await with_idle_connections(contestants[name], () => resident_mib(contestants[name]));
      figures[name] = { ready: contestants[name].ready, idle };
      await warm_up(contestants[name], options);
    }
    for (const measure of options.measures) {
      for (const name of order) {
        Object.assign(figures[name], await measure(contestants[name], { ...options, everybody: started }));
      }
    }
    for (const name of order) figures[name].loaded = resident_mib(contestants[name]);
    return figures;
  } finally {
    for (const one of started.reverse()) {
      await stop(one);
      calls[one.name] = (calls[one.name] ?? 0) + one.calls;
    }
  }
}

// Every call must have left its receipt, and the log must verify: nobody can say that receipts were off.
function verify_receipts(name, calls, scratch) {
  const args = ['receipts', 'verify', '--all', '--config', `${scratch}/${name}/holdfast.yaml`];
  const said = execFileSync(process.env.HOLDFAST_BIN, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const found = /^verified: (\d+) entries, (\d+) of them receipts/m.exec(said);
  if (!found) throw new Error(`receipts verify said: ${said.trim()}`);
  if (Number(found[2]) < calls) throw new Error(`${name}: ${calls} calls, but only ${found[2]} receipts`);
  return `${name}: ${calls} calls, ${found[2]} receipts, log verified`;
}

function facts(options, loads) {
  const ask = (program, ...args) => execFileSync(program, args, { encoding: 'utf8' }).trim();
  const file_system = ask('findmnt', '-n', '-o', 'FSTYPE', '-T', options.scratch);
  const packages = ['nginx-light', 'haproxy', 'wrk', 'nghttp2-client'];
  const versions = ask('dpkg-query', '-W', '-f', '${Package} ${Version}, ', ...packages).replace(/,$/, '');
  const pinned = kPinned ? 'each party pinned to one' : 'shared by load, backend and proxy as each row says';
  const strict = ['receipts of strict: an authorize entry, fdatasynced, before every call'];
  const range = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  return [
    `${cpus().length} cores (${cpus()[0].model}), ${pinned}`,
    `${options.rounds} rounds of ${options.seconds} s a measurement; median (least to most)`,
    versions,
    `load average ${loads[0].toFixed(1)} before the first round, ${range} during the run`,
    'receipts of holdfast: batched, an intent in a mapped file before the call, entries committed in groups with ' +
      `fdatasync, on ${file_system}`,
    ...(options.names.includes('strict') ? strict : []),
  ].map((fact) => `* ${fact}`).join('\n');
}

async function main() {
  const options = read_options();
  Object.assign(options, make_scratch());

  const calls = {};
  const rounds = [];
  const loads = [loadavg()[0]];
  for (let i = 0; i < options.rounds; ++i) {
    rounds.push(await play(i, options, calls));
    loads.push(loadavg()[0]);
    process.stderr.write(`round ${i + 1} of ${options.rounds} done\n`);
  }
  const proofs = options.names.filter((name) => name === 'holdfast' || name === 'strict')
    .map((name) => verify_receipts(name, calls[name], options.scratch));
  console.log(`${table(rounds, options.names)}\n\n${facts(options, loads)}`);
  for (const proof of proofs) console.log(`* ${proof}`);
}

main().catch((error) => {
  console.error(`No figures: ${error.message}`);
  process.exit(1);
});
