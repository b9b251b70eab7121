// Child processes: started with their output in a file, watched through /proc, ended by their id. None outlives us.
import { execFileSync, spawn } from 'node:child_process';
import { openSync, readFileSync, closeSync } from 'node:fs';
import { cpus } from 'node:os';
import { once } from 'node:events';
import net from 'node:net';

const kTicksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const kPatience = 20_000; // milliseconds a process may take to end
const alive = new Set();

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

// Who runs where, as taskset lists it. With four cores or more each party has one of its own, and all threads of a
// proxy share theirs: work that is moved to another thread is not free. With fewer, the scheduler shares them out.
// At one connection the scheduler's choice would decide the figure, so there everybody is placed: apart, where every
// hop wakes another core as in life, and together on one core, where only the instructions count.
const kAll = `0-${cpus().length - 1}`;
export const kPinned = cpus().length >= 4;
const kOwnCores = { backend: '1', proxy: '2', load: '3' };
export const kLayouts = {
  usual: kPinned ? kOwnCores : { backend: kAll, proxy: kAll, load: kAll },
  apart: kPinned ? kOwnCores : { backend: '0', proxy: String(cpus().length - 1), load: '0' },
  together: { backend: '0', proxy: '0', load: '0' },
};
let layout = kLayouts.usual;

// Moves all threads of `processes`, and the load generators that follow.
export function place(processes, where) {
  layout = where;
  for (const { role, child } of processes) {
    execFileSync('taskset', ['-a', '-c', '-p', layout[role], String(child.pid)], { stdio: 'ignore' });
  }
}

// Starts `command` with all its output in the file `log`.
export function start(role, command, log) {
  const [program, ...args] = ['taskset', '-c', layout[role], ...command];
  const output = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = once(child, 'exit');
  alive.add(child);
  ended.then(() => alive.delete(child), () => alive.delete(child));
  return { role, child, ended, log };
}

// Asks the process to end and expects that it ends well.
export async function stop({ name, child, ended, log }) {
  const timer = setTimeout(() => child.kill('SIGKILL'), kPatience);
  child.kill('SIGTERM');
  const [code, signal] = await ended;
  clearTimeout(timer);
  if (code !== 0 && signal !== 'SIGTERM') throw new Error(`${name} ended with ${signal ?? code}: ${tail(log)}`);
}

export function has_ended({ child }) {
  return child.exitCode !== null || child.signalCode !== null;
}

// The first and the last that a process said beside calls that went well.
export function tail(log) {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  const others = lines.filter((line) => !line.includes('status=200'));
  return [...others.slice(0, 4), ...others.slice(4).slice(-2)].join(' | ');
}

// Runs a load generator to its end and returns what it printed.
export async function run(command) {
  const [program, ...args] = ['taskset', '-c', layout.load, ...command];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  alive.delete(child);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${text.trim()}`);
  return text;
}

// CPU seconds of all threads of the process so far, user and system.
export function cpu_seconds({ child }) {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3, the state
  return (Number(fields[11]) + Number(fields[12])) / kTicksPerSecond;
}

export function memory_kib({ child }) {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]);
}
export const resident_mib = (running) => memory_kib(running) / 1024;

export async function free_ports(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
