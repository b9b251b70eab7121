// Many connections at once, and what they cost the process that takes them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { until } from './until.mjs';

const kAtATime = 250; // connections under way: more would only stand in the listener's queue

// Lets this process and its children have `wanted` descriptors each. Only root may go beyond the hard limit.
export function raiseDescriptors(wanted) {
  const limit = () => Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);
  if (limit() < wanted) {
    try {
      execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${wanted}:${wanted}`], { stdio: 'ignore' });
    } catch {
      // The number of connections follows from what there is.
    }
  }
  return limit();
}

export const residentKiB = (pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
export const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

function one(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.once('error', reject);
  });
}

// `count` connections that say nothing: {left, close}. `left()` is how many the other side has not ended.
export async function openIdle(port, count) {
  const sockets = [];
  let ended = 0;
  while (sockets.length < count) {
    const wave = Array.from({ length: Math.min(kAtATime, count - sockets.length) }, () => one(port));
    for (const socket of await Promise.all(wave)) {
      socket.on('error', () => {}).on('close', () => ++ended).resume();
      sockets.push(socket);
    }
  }
  return {
    left: () => count - ended,
    // By reset, so that the ports are free for the next crowd.
    close: async () => {
      sockets.forEach((socket) => socket.resetAndDestroy());
      await until('the connections to close', () => ended === count);
    },
  };
}
