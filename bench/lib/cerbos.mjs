// Cerbos as it is run: a server of its own, asked over HTTP on a kept connection.
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { cpu_seconds, free_ports, has_ended, start, tail } from './processes.mjs';
import { cerbos_policies, kCalled, kCalls } from './same_policies.mjs';

const kProgram = `${process.env.HOLDFAST_JUDGES}/@cerbos/cerbos-linux-x64/cerbos-linux-x64`;
const kStartMilliseconds = 120_000;
const kAtOnce = 50; // the most resources it takes in one request

export async function launch(size, scratch) {
  const folder = `${scratch}/cerbos-${size}`;
  mkdirSync(`${folder}/policies`, { recursive: true });
  for (const policy of cerbos_policies(size)) {
    writeFileSync(`${folder}/policies/${policy.resourcePolicy.resource}.json`, JSON.stringify(policy));
  }
  const [port, grpc] = await free_ports(2);
  writeFileSync(`${folder}/cerbos.yaml`, JSON.stringify({
    server: { httpListenAddr: `127.0.0.1:${port}`, grpcListenAddr: `127.0.0.1:${grpc}` },
    storage: { driver: 'disk', disk: { directory: `${folder}/policies`, watchForChanges: false } },
    telemetry: { disabled: true },
    audit: { enabled: false },
  }));
  const command = [kProgram, 'server', '--config', `${folder}/cerbos.yaml`, '--log-level', 'error'];
  const running = { ...start('proxy', command, `${folder}/log`), name: 'cerbos', port, agent: new http.Agent({ keepAlive: true }) };
  for (const until = performance.now() + kStartMilliseconds; ; await pause(50)) {
    if (has_ended(running)) throw new Error(`Cerbos ended: ${tail(running.log)}`);
    if (performance.now() > until) throw new Error(`Cerbos does not start: ${tail(running.log)}`);
    const answer = await ask(running, 'GET', '/_cerbos/health').catch(() => null);
    if (answer?.status === 200) return running;
  }
}

function ask({ port, agent }, method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    const request = http.request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode, text })).on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}

// A request about `count` calls, from the text of their arguments.
function question(text, count) {
  const one = `{"actions":["call"],"resource":{"kind":"${kCalled}","id":"1","attr":${text}}}`;
  return `{"principal":{"id":"anonymous","roles":["agent"]},"resources":[${Array(count).fill(one).join(',')}]}`;
}

async function decide(running, body) {
  const { status, text } = await ask(running, 'POST', '/api/check/resources', body);
  if (status !== 200) throw new Error(`Cerbos answers ${status}: ${text}`);
  return JSON.parse(text).results.map((one) => one.actions.call === 'EFFECT_ALLOW');
}

// Everybody must decide alike before anything is measured.
export async function check(running, text) {
  for (const [changes, expected] of kCalls) {
    const [allowed] = await decide(running, question(JSON.stringify({ ...JSON.parse(text), ...changes }), 1));
    if (allowed !== expected) throw new Error(`Cerbos decides otherwise about ${JSON.stringify(changes)}`);
  }
}

// CPU microseconds of the server for one decision, asked one by one and fifty at once, and how long one took to be answered.
export async function measure(running, text, seconds) {
  const figures = {};
  for (const [name, count] of [['one', 1], ['fifty', kAtOnce]]) {
    const body = question(text, count);
    const until = performance.now() + seconds * 1e3;
    const before = cpu_seconds(running);
    const from = performance.now();
    let asked = 0;
    for (; performance.now() < until; ++asked) {
      if (!(await decide(running, body)).every(Boolean)) throw new Error('Cerbos does not allow the call');
    }
    figures[name] = ((cpu_seconds(running) - before) * 1e6) / (asked * count);
    if (count === 1) figures.answer = ((performance.now() - from) * 1e3) / asked;
  }
  return figures;
}
