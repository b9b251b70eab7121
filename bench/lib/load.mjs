// The measurements. Each counts its calls on the contestant; a call without a 2xx answer ends the whole run.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { cpu_seconds, kLayouts, kPinned, place, run, tail } from './processes.mjs';

export const kRate = 3000; // calls/s of the third measurement
const kConnections = 32;
const kPostLua = fileURLToPath(new URL('post.lua', import.meta.url));

async function wrk(running, connections, seconds, body_file) {
  const text = await run(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '--latency',
    '-s', kPostLua, running.url, '--', body_file]);
  const result = JSON.parse(text.trim().split('\n').at(-1));
  if (Object.values(result.failed).some((count) => count > 0)) {
    const failed = JSON.stringify(result.failed);
    throw new Error(`${running.name}: calls failed under wrk: ${failed}; its log: ${tail(running.log)}`);
  }
  running.calls += result.calls;
  return result;
}

// A second of calls whose figures nobody keeps; or more, to fill a log.
export async function warm_up(running, { body_file }, seconds = 1) {
  await wrk(running, kConnections, seconds, body_file);
}

// As many calls as 32 connections can make, and the CPU they took from the process under test: with a core for the
// proxy alone, and where the scheduler puts everybody if there are fewer cores than parties.
export async function throughput(running, { seconds, body_file, everybody }) {
  const figures = {};
  for (const name of kPinned ? ['apart'] : ['apart', 'usual']) {
    place(everybody, kLayouts[name]);
    const before = cpu_seconds(running);
    const { calls, microseconds } = await wrk(running, kConnections, seconds, body_file);
    const cpu = ((cpu_seconds(running) - before) * 1e6) / calls;
    figures[`at_once_${name}`] = { rate: calls / (microseconds / 1e6), cpu };
  }
  place(everybody, kLayouts.usual);
  return figures;
}

// One connection, one call after the other, with everybody on cores of their own and then on the same one.
export async function latency(running, { seconds, body_file, everybody }) {
  const figures = {};
  for (const name of ['apart', 'together']) {
    place(everybody, kLayouts[name]);
    figures[name] = (await wrk(running, 1, seconds, body_file)).p50;
  }
  place(everybody, kLayouts.usual);
  return figures;
}

// A fixed rate, spread evenly: all connections opened at once would send in bursts of 32 every 10 ms, because that is
// h2load's timer. Opened three a millisecond they keep their distance. Without a figure when the machine was too busy
// for the rate: that is what the figure is about.
export async function fixed_rate(running, { seconds, body_file, scratch, rate = kRate }) {
  const log = `${scratch}/h2load.log`;
  const wanted = rate * seconds;
  const text = await run(['h2load', '--h1', '-t1', `-c${kConnections}`, '-r3', '--rate-period=1ms', `-n${wanted}`,
    `--rps=${rate / kConnections}`, '-H', 'content-type: application/json', '-d', body_file, `--log-file=${log}`,
    running.url]);
  const good = Number(/status codes: (\d+) 2xx/.exec(text)?.[1] ?? 0);
  if (good !== wanted) throw new Error(`${running.name}: ${wanted - good} of ${wanted} calls failed under h2load`);
  running.calls += good;
  const calls = readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split('\t').map(Number));
  rmSync(log);
  const starts = calls.map(([start]) => start).sort((a, b) => a - b);
  const reached = ((wanted - 1) * 1e6) / (starts.at(-1) - starts[0]);
  if (reached < 0.95 * rate) {
    process.stderr.write(`${running.name}: left out, for h2load reached only ${reached.toFixed(0)} calls/s\n`);
    return {};
  }
  const took = calls.map(([, , microseconds]) => microseconds).sort((a, b) => a - b);
  return { middle: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)] };
}
