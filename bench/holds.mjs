// What held calls take in memory: so many of each kind on a process of its own, which come a few at a time, and leave.
// bench/holds installs and builds what this needs; README.md explains.
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { descriptors, raiseDescriptors } from '../tests/scenarios/support/crowd.mjs';
import { launch, make_scratch } from './lib/contestants.mjs';
import { memory_kib, stop } from './lib/processes.mjs';

const kBefore = 0.1; // of the holds: what is taken once, such as the store's page cache, is taken by then
const kAtATime = 50;
const kQuiet = 3_000; // milliseconds after which whatever is given back later has been

const { values } = parseArgs({ options: {
  waiting: { type: 'string', default: '10000' },
  asynchronous: { type: 'string', default: '100000' },
  detached: { type: 'string', default: '100000' },
  bytes: { type: 'string', default: '1024' },
} });

const kRoom = (size) => ({
  limits: { connections: size + 1_000 },
  approvals: { plans: { default: { require: 1, from: ['lead'] } }, flood: { pending_per_agent: 100_000 } },
  hold: { wait: '290s', max_wait: '300s' },
});

let payments = 0;
function body(bytes) {
  const call = { to: 'acme', amount: 1_000 + ++payments, currency: 'EUR', memo: '' };
  call.memo = 'x'.repeat(Math.max(0, bytes - JSON.stringify(call).length));
  return JSON.stringify(call);
}

// A payment that is held; `answered` gets the status, unless its client leaves before.
function pay({ url }, agent, headers, answered) {
  const request = http.request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } });
  request.on('response', (response) => response.resume().on('end', () => answered(response.statusCode)));
  request.on('error', (error) => answered(error.message));
  request.end(body(Number(values.bytes)));
  return request;
}

async function pending({ control }) {
  const page = await (await fetch(`http://127.0.0.1:${control}/metrics`)).text();
  return Number(/^holdfast_holds_pending(?:\{[^}]*\})? (\d+)$/m.exec(page)?.[1] ?? 0);
}

async function until(what, ask) {
  for (let i = 0; i < 6_000; ++i, await pause(10)) if (await ask()) return;
  throw new Error(`${what} did not come about in a minute`);
}

// Each has `more(count)`, after which so many more are held, and `leave()`.
const kKinds = {
  waiting(running) {
    const clients = [];
    const answers = [];
    const more = async (count) => {
      for (const end = clients.length + count; clients.length < end; ) {
        const wave = Math.min(kAtATime, end - clients.length);
        for (let i = 0; i < wave; ++i) clients.push(pay(running, false, {}, (answer) => answers.push(answer)));
        await until('a wave of holds', async () => (await pending(running)) === clients.length);
      }
      if (answers.length > 0) throw new Error(`a client that was to wait was answered ${answers[0]}`);
    };
    const leave = async () => {
      clients.forEach((client) => client.socket.resetAndDestroy());
      await until('their connections to be closed', () => descriptors(running.child.pid) < 200);
    };
    return { more, leave };
  },
  asynchronous: (running) => answered_at_once(running, { prefer: 'respond-async' }),
  detached: (running) => answered_at_once(running, { prefer: 'wait=0' }),
};

function answered_at_once(running, headers) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: kAtATime });
  const one = () => new Promise((resolve, reject) => {
    pay(running, agent, headers, (answer) => (answer === 202 ? resolve() : reject(new Error(`a held call was answered ${answer}`))));
  });
  const more = async (count) => {
    let left = count;
    await Promise.all(Array.from({ length: kAtATime }, async () => {
      while (left-- > 0) await one();
    }));
  };
  const leave = async () => agent.destroy();
  return { more, leave };
}

async function measure(name, size, scratch) {
  const backend = await launch('direct', scratch);
  const running = await launch('holdfast', scratch, backend.port, { more: kRoom(size) });
  try {
    const kind = kKinds[name](running);
    const first = Math.round(size * kBefore);
    const memory = { start: memory_kib(running) };
    const note = async (step) => {
      await pause(kQuiet);
      memory[step] = memory_kib(running);
    };
    await kind.more(first);
    await note('first');
    const from = performance.now();
    await kind.more(size - first);
    const seconds = (performance.now() - from) / 1e3;
    await note('all');
    await kind.leave();
    await note('left');
    return { name, size, each: (memory.all - memory.first) / (size - first), rate: (size - first) / seconds, memory };
  } finally {
    await stop(running);
    await stop(backend);
  }
}

async function main() {
  const kinds = Object.keys(kKinds).map((name) => [name, Number(values[name])]).filter(([, size]) => size > 0);
  const most = Math.max(...kinds.filter(([name]) => name === 'waiting').map(([, size]) => size), 0) + 2_000;
  if (raiseDescriptors(2 * most) < most) throw new Error(`${most} descriptors are needed: ulimit -n`);
  const mib = (kib) => (kib / 1024).toFixed(1);
  const lines = [['holds', 'KiB for each', 'opened a second', 'RSS before, MiB', 'with them', 'when their clients have left'], ['---', '--:', '--:', '--:', '--:', '--:']];
  for (const [name, size] of kinds) {
    const { each, rate, memory } = await measure(name, size, make_scratch().scratch);
    lines.push([`${size.toLocaleString('en')} ${name}`, each.toFixed(2), rate.toFixed(0), mib(memory.start), mib(memory.all), mib(memory.left)]);
    process.stderr.write(`${name} done\n`);
  }
  console.log(lines.map((line) => `| ${line.join(' | ')} |`).join('\n'));
}

main().catch((error) => {
  console.error(`No figures: ${error.cause?.message ?? error.message}`);
  process.exit(1);
});
