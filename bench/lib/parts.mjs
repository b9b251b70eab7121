// Runs the Google Benchmarks and makes a table of their repetitions: what one operation, or one entry of a log, takes.
import { readFileSync } from 'node:fs';

import { run } from './processes.mjs';
import { cell } from './table.mjs';

const kProgram = new URL('../../build/bench/bench/holdfast_bench', import.meta.url).pathname;
const kNanoseconds = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

// Repetitions of different benchmarks are mixed, so that a busy minute of the machine does not hit one alone.
export async function measure_parts({ repetitions, scratch }) {
  const file = `${scratch}/parts.json`;
  process.env.TMPDIR = scratch;
  await run([kProgram, `--benchmark_repetitions=${repetitions}`, '--benchmark_enable_random_interleaving=true',
    `--benchmark_out=${file}`, '--benchmark_out_format=json']);
  const runs = JSON.parse(readFileSync(file, 'utf8')).benchmarks.filter((one) => one.run_type === 'iteration');
  const failed = runs.find((one) => one.error_occurred);
  if (failed) throw new Error(`${failed.name}: ${failed.error_message}`);
  return runs.sort((a, b) => a.family_index - b.family_index ||
    a.per_family_instance_index - b.per_family_instance_index);
}

// An iteration is one operation, or many when the benchmark counts items.
function per_operation(one) {
  const unit = kNanoseconds[one.time_unit];
  const rated_by = one.name.includes('/real_time') ? one.real_time : one.cpu_time;
  const operations = one.items_per_second ? Math.round((one.items_per_second * rated_by * unit) / 1e9) : 1;
  return { cpu: (one.cpu_time * unit) / operations / 1e3, real: (one.real_time * unit) / operations / 1e3 };
}

export function parts_table(runs) {
  const families = new Map();
  for (const one of runs) {
    const name = one.run_name.replace(/\/(iterations:\d+|process_time|real_time)/g, '').replace('/', ': ');
    families.set(name, [...(families.get(name) ?? []), per_operation(one)]);
  }
  const lines = [['', 'CPU, µs', 'time, µs', 'per second of one core'], ['---', '--:', '--:', '--:']];
  for (const [name, list] of families) {
    const cpu = list.map((one) => one.cpu);
    lines.push([name, cell(cpu, 2), cell(list.map((one) => one.real), 2), cell(cpu.map((one) => 1e6 / one), 0)]);
  }
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}
