// What is done to Holdfast while its allowed calls are timed: each kind begins, and later ends what it began.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { descriptors, openIdle } from '../../tests/scenarios/support/crowd.mjs';
import { kPath, kStatement } from './configs.mjs';
import { kAliceToken } from './contestants.mjs';

export const kIdle = 10_000;
const kGone = 100; // connections of the warm-up that may still have been there
const kSlow = 1_000;
const kHeld = 1_000;
const kVoteEvery = 10; // milliseconds

// Holdfast's configuration for them: no limit of the approvals in the way.
export const kRoom = {
  default: 'allow',
  limits: { connections: kIdle + 3_000 },
  approvals: { plans: { default: { require: 1, from: ['lead'] } }, flood: { pending_per_agent: 10_000 } },
  hold: { wait: '290s' },
};

async function reached(what, ask) {
  for (let i = 0; i < 1_200; ++i, await pause(50)) if (await ask()) return;
  throw new Error(`${what} did not come about in a minute`);
}

async function idle({ port, child }) {
  const before = descriptors(child.pid);
  const crowd = await openIdle(port, kIdle);
  await reached('10,000 connections', () => descriptors(child.pid) >= before + kIdle - kGone);
  return { size: kIdle, end: crowd.close };
}

// Each connection says a little every second, so none ends by itself while the others are timed.
const slow = (path, ...mode) => async (running) => {
  const before = descriptors(running.child.pid);
  const args = [...mode, '-c', kSlow, '-r', kSlow, '-l', 240, '-i', 1, '-u', `http://127.0.0.1:${running.port}${path}`];
  const tester = spawn('slowhttptest', args.map(String), { stdio: 'ignore' });
  const over = once(tester, 'exit');
  const end = () => {
    tester.kill('SIGKILL');
    return over;
  };
  await reached('the slow connections', () => descriptors(running.child.pid) >= before + kSlow * 0.9);
  return { size: kSlow, end };
};

let payments = 0;

// One payment that is held; resolves to {status, call, at} when it is answered.
function pay({ url }, agent, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } });
    request.on('error', reject).on('response', (response) => {
      const { statusCode: status, headers: { 'holdfast-call': call } } = response;
      response.resume().on('end', () => resolve({ status, call, at: performance.now() }));
    });
    request.end(JSON.stringify({ to: 'acme', amount: 1_000 + ++payments, currency: 'EUR' }));
  });
}

// Free connections are ours to close: the other side would close one just as it is used again.
const kControl = new http.Agent({ keepAlive: true, timeout: 1_000, maxSockets: 32 });

function ask({ control }, path, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${kAliceToken}`, 'content-type': 'application/json' };
    const request = http.request({ port: control, host: '127.0.0.1', path, method: body ? 'POST' : 'GET', headers, agent: kControl });
    request.on('error', reject).on('response', (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece)).on('end', () => {
        const text = Buffer.concat(pieces).toString();
        if (response.statusCode === 200) return resolve(JSON.parse(text));
        reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
      });
    });
    request.end(body && JSON.stringify(body));
  });
}

async function pending(running) {
  const holds = [];
  for (let next = ''; next !== undefined; ) {
    const page = await ask(running, `/v1/approvals?status=pending&limit=500${next && `&cursor=${next}`}`);
    holds.push(...page.approvals);
    next = page.next || undefined;
  }
  return holds;
}

const approve = (running, { id, digest }) => ask(running, `/v1/approvals/${id}/approve`, { digest, reason: '' });

// A thousand held calls: `waiting` of them with a client that waits, the others asynchronous. With `voting` they are
// approved at a hundred a second while the allowed calls are timed, else afterwards. Each runs, and who waits hears of it.
const held = ({ waiting, voting }) => async (running) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const clients = Array.from({ length: waiting }, () => pay(running, false, {}));
  await Promise.all(Array.from({ length: kHeld - waiting }, () => pay(running, agent, { prefer: 'respond-async' })));
  agent.destroy();
  await reached('a thousand holds', async () => (await pending(running)).length === kHeld);
  const holds = (await pending(running)).sort((a, b) => (a.digest < b.digest ? -1 : 1)); // in no order
  let over = false;
  const voted = []; // {call, from, took}: which call, when the vote was sent, and when it was answered
  const vote = async (hold) => {
    const from = performance.now();
    await approve(running, hold);
    voted.push({ call: hold.call_id, from, took: performance.now() - from });
  };
  const vote_all = async () => {
    const under_way = [];
    const from = performance.now();
    for (const hold of holds) {
      const early = from + under_way.length * kVoteEvery - performance.now();
      if (!over && early > 0) await pause(early);
      under_way.push(vote(hold));
    }
    await Promise.all(under_way);
  };
  const votes = voting && vote_all();
  return {
    size: kHeld,
    voted: () => voted,
    end: async () => {
      over = true;
      await (votes || vote_all());
      const answers = await Promise.all(clients);
      const bad = answers.find(({ status }) => status !== 200);
      if (bad) throw new Error(`a call that was approved was answered ${bad.status}`);
      return new Map(answers.map(({ call, at }) => [call, at]));
    },
  };
};

export const kCrowds = {
  alone: async () => ({ size: 0, end: () => {} }),
  idle,
  'slow headers': slow(kPath, '-H'),
  'slow bodies': slow(kPath, '-B', '-f', 'application/json', '-s', 8192),
  'slow readers': slow(`/payment${kStatement}`, '-X', '-w', 256, '-y', 512, '-z', 8, '-n', 1),
  waiting: held({ waiting: kHeld, voting: false }),
  asynchronous: held({ waiting: 0, voting: false }),
  votes: held({ waiting: kHeld / 2, voting: true }),
};
