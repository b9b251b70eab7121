// The contestants: what is started for each name, and when it is ready.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { backend_config, call_body, haproxy_config, holdfast_config, kPath, nginx_config } from './configs.mjs';
import { free_ports, has_ended, start, tail } from './processes.mjs';

export const kNames = ['direct', 'nginx', 'haproxy', 'holdfast'];
export const kAliceToken = 'a-token-of-alice-who-votes';
const kBody = call_body();
const kConnections = 32;
const kStatementBytes = 4 << 20;
const kStartMilliseconds = 30_000;

// Each writes its configuration and says what to run. A folder lives through all rounds, so Holdfast starts with
// the receipts of the rounds before, as it would after a restart.
const kContestants = {
  direct: ({ folder, port }) => {
    written(folder, 'statement', Buffer.alloc(kStatementBytes, 'a line of a statement\n'));
    return nginx_command(folder, backend_config({ port, folder }));
  },
  nginx: ({ folder, port, backend }) => nginx_command(folder, nginx_config({ port, backend, folder })),
  haproxy: ({ folder, port, backend }) =>
    ['haproxy', '-db', '-f', written(folder, 'haproxy.cfg', haproxy_config({ port, backend }))],
  holdfast: (where) => holdfast_command(where, 'batched'),
  strict: (where) => holdfast_command(where, 'strict'),
};

// A scratch folder that goes away with us, and in it the call's body for the load generators.
export function make_scratch() {
  const scratch = mkdtempSync(`${process.env.BENCH_SCRATCH}/holdfast-bench.`);
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  return { scratch, body_file: written(scratch, 'call.json', kBody) };
}

function written(folder, name, text) {
  writeFileSync(`${folder}/${name}`, text);
  return `${folder}/${name}`;
}

function nginx_command(folder, text) {
  return ['nginx', '-p', folder, '-e', 'stderr', '-c', written(folder, 'nginx.conf', text)];
}

function holdfast_command(where, mode) {
  const file = written(where.folder, 'holdfast.yaml', holdfast_config({ ...where, mode }));
  return [process.env.HOLDFAST_BIN, 'run', '--config', file];
}

// Starts one and waits for its first answer: its process with name, url, milliseconds until it was ready, and the
// number of calls it answered, which whoever calls it counts on. For Holdfast: `rule_count` of its policy, default 100,
// and `more` of its configuration.
export async function launch(name, scratch, backend, { rule_count, more } = {}) {
  const folder = `${scratch}/${name}`;
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  const [port, control] = await free_ports(2);
  const command = kContestants[name]({ folder, port, control, backend, rule_count, more });
  process.env.ALICE_TOKEN = kAliceToken;
  const from = performance.now();
  const running = {
    name, port, control, calls: 0, url: `http://127.0.0.1:${port}${kPath}`,
    ...start(name === 'direct' ? 'backend' : 'proxy', command, `${folder}/log`),
  };
  while (!(await answers(running))) {
    if (has_ended(running)) throw new Error(`${name} did not start: ${tail(running.log)}`);
    if (performance.now() - from > kStartMilliseconds) throw new Error(`${name} was not ready in 30 s`);
    await pause(1);
  }
  running.ready = performance.now() - from;
  return running;
}

// One call over `agent`; false when nobody listens yet.
function answers(running, agent = new http.Agent()) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': kBody.length };
    const request = http.request(running.url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${running.name} answered ${response.statusCode}`));
        ++running.calls;
        resolve(true);
      });
    });
    request.on('error', (error) => (error.code === 'ECONNREFUSED' ? resolve(false) : reject(error)));
    request.end(kBody);
  });
}

// Opens 32 connections, makes one call on each, and hands them to `look` while they are idle.
export async function with_idle_connections(running, look) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: kConnections });
  try {
    await Promise.all(Array.from({ length: kConnections }, () => answers(running, agent)));
    return look();
  } finally {
    agent.destroy();
  }
}
