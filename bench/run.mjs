// The parts on their own. bench/run installs and builds what this needs; README.md explains.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { launch, make_scratch } from './lib/contestants.mjs';
import { warm_up } from './lib/load.mjs';
import { resident_mib, stop } from './lib/processes.mjs';
import { measure_parts, parts_table } from './lib/parts.mjs';
import { cell } from './lib/table.mjs';

const kRules = 1000;
const kReceipts = 1_000_000;

// Fills a log with the receipts of real calls, and starts on it again and again.
async function measure_start(options) {
  const backend = await launch('direct', options.scratch);
  const start = () => launch('holdfast', options.scratch, backend.port, { rule_count: kRules });
  let running = await start();
  while (running.calls < kReceipts) {
    await warm_up(running, options, 5);
    process.stderr.write(`${running.calls} receipts\n`);
  }
  await stop(running);
  const receipts = running.calls;
  const ready = [];
  const resident = [];
  for (let i = 0; i < options.repetitions; ++i) {
    running = await start();
    ready.push(running.ready);
    resident.push(resident_mib(running));
    await stop(running);
  }
  await stop(backend);
  const counts = `${kRules.toLocaleString('en')} rules, ${receipts.toLocaleString('en')} receipts`;
  return `| ${counts} | |\n| --- | --: |\n` +
    `| start to first answer, ms | ${cell(ready, 0)} |\n| RSS then, MiB | ${cell(resident, 1)} |`;
}

async function main() {
  const { values } = parseArgs({ options: {
    repetitions: { type: 'string', default: '5' },
    only: { type: 'string', default: 'parts,start' },
  } });
  if (!/^[1-9]\d?$/.test(values.repetitions)) throw new Error('--repetitions takes a number from 1 to 99');
  if (!/^(parts|start|parts,start)$/.test(values.only)) throw new Error('--only takes parts or start');
  const options = { repetitions: Number(values.repetitions), ...make_scratch() };
  const before = loadavg()[0].toFixed(1);
  const parts = values.only.split(',');
  if (parts.includes('parts')) console.log(parts_table(await measure_parts(options)));
  if (parts.includes('start')) console.log(`\n${await measure_start(options)}`);
  console.log([
    `\n* ${cpus().length} cores (${cpus()[0].model}), load average ${before} before, ${loadavg()[0].toFixed(1)} after`,
    `${options.repetitions} repetitions; median (least to most)`,
    'the log is written with fdatasync to a disk',
  ].join('\n* '));
}

main().catch((error) => {
  console.error(`No figures: ${error.message}`);
  process.exit(1);
});
