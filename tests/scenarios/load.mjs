// Load without harm: 10,000 idle connections, slow headers, slow bodies, slow readers, 1,000 pending holds and 100
// votes a second; meanwhile allowed calls are answered, and what it cost is given back. Twice, for the second time
// must not cost more. No time is asserted but that things happen at all.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test, { after, before } from 'node:test';
import { descriptors, openIdle, raiseDescriptors, residentKiB } from './support/crowd.mjs';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { startStream } from './support/stream.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { patience, pause, sanitised, until } from './support/until.mjs';

const kIdle = Math.min(10_000, Math.floor(raiseDescriptors(20_000) / 2) - 2_000); // both ends need descriptors
const kSlow = 200; // connections of each kind of slow client
const kHeld = 1_000; // calls, half of them with somebody waiting
const kHeldAgain = 200; // each takes four commits: the second crowd is there for the connections
const kPatience = 60_000;
const kSpare = 64; // descriptors that the stream and the upstreams may have more or less of
// What each may cost: but a sanitizer's own memory is not ours. Held calls are the first here to need the store, whose cache is in their share.
const kIdleKiB = 8, kHeldKiB = 24;

let upstream, holdfast, stream, crowd;
const statement = Buffer.alloc(4 << 20, '{"line":"of a long statement"}'); // more than the kernel keeps for a slow reader
const pid = () => holdfast.child.pid;

before(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.url === '/v1/list') return response.writeHead(200, { 'content-length': statement.length }).end(statement);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  upstream.server.keepAliveTimeout = 300_000; // one that hangs up at its own time leaves outcomes unknown
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [payment(upstream.url)],
      rules: paymentRules,
      approvals: { timeout: '600s', flood: { pending_per_agent: 2000 }, plans: { default: { require: 1, from: ['lead'] } } },
      hold: { wait: '290s' },
      limits: { header_time: '3s', body_idle: '3s', write_idle: '3s', idle: '300s', connections: kIdle + 2_000 },
    }),
  );
  stream = startStream(holdfast.agentUrl, '/payment/v1/send', (id) => ({ to: 'acme', amount: 5, id }));
});

after(async () => {
  await stream?.stop();
  await holdfast?.stop();
  upstream?.close();
});

const executed = (amounts) => {
  const times = new Map(amounts.map((amount) => [amount, 0]));
  for (const { path, body } of upstream.requests) {
    if (path !== '/v1/send') continue;
    const { amount } = JSON.parse(body);
    if (times.has(amount)) times.set(amount, times.get(amount) + 1);
  }
  return times;
};
const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', headers, body: { to: 'acme', amount } });

// slowhttptest until it ends: {child, said}, what it said on the way.
function slow(mode, path, ...more) {
  const args = [mode, '-c', kSlow, '-r', kSlow, '-l', (kPatience / 1000) * patience, '-i', 1, '-u', holdfast.agentUrl + path, ...more].map(String);
  const child = spawn('slowhttptest', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const said = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('error', reject).on('close', () => resolve(text.replace(/\x1b\[[0-9;]*m/g, '')));
  });
  return { child, said };
}

// Every slow client was cut off, and nobody was kept out by them.
function assertCut(said, kind) {
  assert.match(said, /Exit status:\s+No open connections left/, `${kind}: ${said.slice(-600)}`);
  assert.match(said, /service available:\s+YES/, kind);
}

// A slow reader does not see its end before what the kernel keeps for it, so it is looked for on our side.
async function cutSlowReaders() {
  const start = descriptors(pid());
  const { child, said } = slow('-X', '/payment/v1/list', '-w', '256', '-y', '512', '-z', '8', '-n', '1');
  await until('the slow readers', () => descriptors(pid()) >= start + kSlow - kSpare, kPatience);
  await until('the slow readers to be cut off', () => descriptors(pid()) <= start + kSpare, kPatience);
  assert.equal(child.exitCode, null, 'they would have gone on');
  child.kill('SIGKILL');
  await said;
}

async function pendingHolds(count) {
  const page = async (cursor) => (await holdfast.api('GET', `/v1/approvals?status=pending&limit=500${cursor ? `&cursor=${cursor}` : ''}`)).body;
  return until(`${count} pending holds`, async () => {
    const holds = [];
    for (let at = await page(); ; at = await page(at.next)) {
      holds.push(...at.approvals);
      if (!at.next) break;
    }
    return holds.length >= count && holds;
  }, kPatience);
}

const sum = (counts) => counts.reduce((all, one) => all + one, 0);
let amounts = 0;
const peaks = [];

async function round(count) {
  const start = { fds: descriptors(pid()), kib: residentKiB(pid()) };

  crowd = await openIdle(holdfast.agentPort, kIdle);
  await until('the crowd to be let in', () => descriptors(pid()) >= start.fds + kIdle - kSpare, kPatience);
  const idle = residentKiB(pid());
  if (!sanitised) assert.ok((idle - start.kib) / kIdle < kIdleKiB, `an idle connection takes ${(idle - start.kib) / kIdle} KiB`);

  const [headers, bodies] = await Promise.all([
    slow('-H', '/payment/v1/send').said,
    slow('-B', '/payment/v1/send', '-f', 'application/json', '-s', '4096').said,
  ]);
  assertCut(headers, 'slow headers');
  assertCut(bodies, 'slow bodies');
  await cutSlowReaders();
  assert.equal(crowd.left(), kIdle, 'who merely idles is left alone');

  const before = residentKiB(pid());
  const mine = Array.from({ length: count }, () => 1_000 + ++amounts);
  const waiting = mine.slice(0, count / 2).map((amount) => pay(amount));
  const asked = await Promise.all(mine.slice(count / 2).map((amount) => pay(amount, { prefer: 'respond-async' })));
  asked.forEach((answer) => assert.equal(answer.status, 202));
  const holds = await pendingHolds(mine.length);
  assert.equal(holds.length, mine.length);
  const held = residentKiB(pid());
  if (!sanitised) assert.ok((held - before) / mine.length < kHeldKiB, `a held call takes ${(held - before) / mine.length} KiB`);
  assert.equal(sum([...executed(mine).values()]), 0, 'nothing runs before its vote');

  const votes = await Promise.all(holds.map(async (hold, i) => {
    await pause(i * 10); // a hundred a second
    return (await holdfast.vote(hold, 'approve')).status;
  }));
  assert.ok(votes.every((status) => status === 200));
  (await Promise.all(waiting)).forEach((answer) => assert.equal(answer.status, 200));
  await until('the asynchronous calls to run', () => sum([...executed(mine).values()]) >= mine.length, kPatience);
  assert.ok([...executed(mine).values()].every((times) => times === 1), 'each released call runs once');
  for (const answer of asked.slice(0, 5)) {
    await until('a stored response', async () => (await send(holdfast.agentUrl, { method: 'GET', path: answer.headers.location })).status === 200);
  }

  peaks.push(residentKiB(pid()));
  assert.equal(crowd.left(), kIdle);
  await crowd.close();
  // The stream's connections and those to the upstream come and go.
  await until('the descriptors to be given back', () => descriptors(pid()) <= start.fds + kSpare, kPatience);
  console.log(`idle ${((idle - start.kib) / kIdle).toFixed(1)} KiB, held ${((held - before) / count).toFixed(1)} KiB each, peak ${peaks.at(-1)} KiB`);
}

test('a crowd of idle, slow and held clients harms nobody', { timeout: 3 * kPatience * patience }, () => round(kHeld));

test('a second crowd costs no more than the first', { timeout: 3 * kPatience * patience }, async () => {
  await round(kHeldAgain);
  const [first, second] = peaks;
  if (!sanitised) assert.ok(second < first * 1.25, `${first} KiB, then ${second} KiB`);
});

test('every allowed call was answered meanwhile, and everything has its receipt', { timeout: kPatience * patience }, async () => {
  const calls = await stream.stop();
  assert.ok(calls.length > 50, `${calls.length} calls`);
  for (const { status, headers } of calls) {
    assert.equal(status, 200);
    assert.match(headers['holdfast-call'] ?? '', /^[0-9a-f-]{36}$/);
  }
  const ids = upstream.requests.filter((r) => r.path === '/v1/send').map((r) => JSON.parse(r.body).id).filter(Boolean);
  assert.equal(ids.length, calls.length);
  assert.equal(new Set(ids).size, calls.length, 'each once');

  // The receipt of a call follows its answer.
  const receipts = await until('the receipt of every answered call', async () => {
    const all = (await holdfast.receipts(undefined, 100_000)).filter((entry) => entry.kind === 'receipt');
    const states = new Map(all.map((entry) => [entry.call, entry.outcome.state]));
    return calls.every(({ headers }) => states.get(headers['holdfast-call']) === 'succeeded') && all;
  });
  const held = receipts.filter((entry) => entry.hold && entry.outcome.state === 'succeeded');
  assert.equal(held.length, kHeld + kHeldAgain);
  assert.equal(new Set(receipts.map((entry) => entry.call)).size, receipts.length, 'one receipt each');
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
