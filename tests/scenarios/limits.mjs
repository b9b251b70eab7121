// Limits and time-outs of docs/reference.yaml, each set to something small and met (docs/limits.md names the test of
// each). What is slow here is slow on purpose: no test depends on being quick.
import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { descriptors } from './support/crowd.mjs';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw, send } from './support/http.mjs';
import { post, refusalOf, toolCall, startToolServer } from './support/rpc.mjs';
import { read, requests } from './support/strict.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const kConnections = 6;
const kLong = { connect: '60s', read: '60s' };
let upstream, tools, mute, muteSockets, holdfast, wire;

before(async () => {
  upstream = await startUpstream((request, response, body) => {
    const size = Number(/^\/v1\/size\/(\d+)$/.exec(request.url)?.[1] ?? 0);
    response.writeHead(200, { 'content-type': 'application/json' }).end(size ? Buffer.alloc(size, 'x') : body);
  });
  tools = await startToolServer(({ id, params }, response) => {
    const { size, as } = params?.arguments ?? {};
    if (!size) return false;
    const message = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'x'.repeat(size) }] } });
    response.writeHead(200, { 'content-type': as === 'events' ? 'text/event-stream' : 'application/json' });
    response.end(as === 'events' ? `data: ${message}\n\n` : message);
    return true;
  });
  muteSockets = new Set();
  mute = createServer((socket) => muteSockets.add(socket.on('error', () => {})));
  await new Promise((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const silent = mute.address().port;
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        payment(upstream.url),
        { name: 'slowtls', protocol: 'http', url: `https://127.0.0.1:${silent}`, path: '/slowtls/', ...kLong, connect: '200ms' },
        { name: 'slow', protocol: 'http', url: `http://127.0.0.1:${silent}`, path: '/slow/', ...kLong, read: '200ms' },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [{ tool: 'payment.send', action: 'escalate' }, { tool: 'payment.http.put', action: 'escalate' }, { tool: 'mcp.**', action: 'deny', when: { 'args.amount': { gt: 100, missing: false } } }, { tool: '**', action: 'allow' }],
      approvals: { timeout: '60s', cooldown: '1s', plans: { default: { require: 1, from: ['lead'] } } },
      hold: { wait: '0s', max_wait: '1s', result_ttl: '2s', result_max: 1000, result_total: 1500 },
      limits: { body: 200, headers: 8, header_bytes: 1024, header_time: '60s', idle: '1s', body_idle: '500ms', write_idle: '500ms', reply: 1024, depth: 4, tool_name: 12, connections: kConnections },
    }),
  );
  wire = requests(holdfast.agentPort);
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools].forEach((server) => server?.close());
  muteSockets?.forEach((socket) => socket.destroy());
  mute?.close();
});

const ask = async (bytes) => read(await raw(holdfast.agentPort, bytes, { ms: 30_000 }));
const reason = ({ body }) => JSON.parse(body).reason_code;
const status = (location) => send(holdfast.agentUrl, { method: 'GET', path: location });
let count = 0;

// An asynchronous call, approved and run: where its answer is kept.
async function runLater(size) {
  const headers = { prefer: 'respond-async', 'idempotency-key': String(++count) };
  const answer = await send(holdfast.agentUrl, { method: 'PUT', path: `/payment/v1/size/${size}`, headers, body: {} });
  assert.equal(answer.status, 202, answer.text);
  const hold = await holdfast.pending((one) => one.call_id === answer.headers['holdfast-call']);
  await holdfast.vote(hold, 'approve');
  await until('the call to end', async () => (await holdfast.hold(hold.id)).resolution === 'succeeded', 30_000);
  return { location: answer.headers.location, call: hold.call_id };
}

test('sizes of a request', async (t) => {
  const big = JSON.stringify({ x: 'y'.repeat(200) });
  const rows = {
    'limits.body': [wire.post('/payment/v1/send', big), 413, 'too_large'],
    'limits.headers': [wire.get('/payment/v1/list', Array.from({ length: 8 }, (_, i) => `X-${i}: y`)), 431, 'too_large'],
    'limits.header_bytes': [wire.get('/payment/v1/list', [`X-Long: ${'y'.repeat(1100)}`]), 431, 'too_large'],
    'limits.depth': [wire.post('/payment/v1/send', '{"a":[[[[5]]]]}'), 400, 'malformed'],
  };
  for (const [name, [bytes, wanted, why]] of Object.entries(rows)) {
    await t.test(name, async () => {
      const answer = await ask(bytes);
      assert.deepEqual([answer.status, reason(answer)], [wanted, why]);
    });
  }
  await t.test('limits.tool_name', async () => {
    assert.equal((await post(holdfast.agentUrl, '/mcp', toolCall('12345678'))).status, 200);
    const long = await post(holdfast.agentUrl, '/mcp', toolCall('123456789'));
    assert.deepEqual([long.status, long.json.error.code], [400, -32602]);
  });
  assert.equal(upstream.requests.length, 0);
});

test('a connection that says nothing is ended, before a request and behind one', async () => {
  assert.equal(await raw(holdfast.agentPort, '', { ms: 30_000 }), '');
  const answer = await ask(wire.get('/payment/v1/list'));
  assert.deepEqual([answer.status, answer.count], [200, 1], 'it was answered, rested and was ended');
});

test('a body that stops coming is given up, with 408 and a receipt', async () => {
  const answer = await ask(wire.framed('/payment/v1/send', ['Content-Length: 100'], '{"a":'));
  assert.deepEqual([answer.status, reason(answer)], [408, 'malformed']);
  const [receipt] = await holdfast.receipts(JSON.parse(answer.body).call_id);
  assert.equal(receipt.outcome.state, 'malformed');
});

test('an answer that is not taken is given up', async () => {
  const socket = connect(holdfast.agentPort, '127.0.0.1', () => socket.write(wire.get('/payment/v1/size/33554432')));
  const ended = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
  let got = 0;
  socket.on('data', (chunk) => (got += chunk.length)).pause();
  await until('its receipt', async () => (await holdfast.receipts()).some((entry) => entry.outcome.state === 'outcome_unknown' && entry.request.target.endsWith('/33554432')), 30_000);
  // Node takes a reset that it finds behind data for an end; that it is one, Server.WritesWaitForASlowReader... shows.
  socket.resume();
  await ended;
  assert.ok(got < 33554432, 'what was not taken was dropped');
});

test('an upstream that does not finish its handshake, and one that does not answer', async () => {
  const unreached = await ask(wire.post('/slowtls/x', '{}', ['Connection: close']));
  assert.deepEqual([unreached.status, reason(unreached)], [502, 'upstream_failed']);
  const unanswered = await ask(wire.post('/slow/x', '{}', ['Connection: close']));
  assert.deepEqual([unanswered.status, reason(unanswered)], [504, 'outcome_unknown']);
});

test('an MCP reply or event over limits.reply is not taken into memory', async () => {
  for (const as of ['json', 'events']) {
    const ask = (size) => post(holdfast.agentUrl, '/mcp', toolCall('read', { size, as }));
    assert.equal(refusalOf(await ask(800)), undefined, as);
    const large = await ask(2000);
    assert.equal(refusalOf(large), 'outcome_unknown', as);
    assert.ok(!large.text.includes('xxxx') && large.text.includes('limits.reply'), large.text);
  }
});

test('nobody waits longer than hold.max_wait', async () => {
  const answer = await send(holdfast.agentUrl, { path: '/payment/v1/send', headers: { prefer: 'wait=86400' }, body: { amount: 1 } });
  assert.deepEqual([answer.status, answer.json.reason_code], [202, 'approval_pending']);
});

test('a rejected call is rejected again for the time of the cool-down, and not for longer', async () => {
  const pay = () => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 2 } });
  assert.equal((await pay()).status, 202);
  await holdfast.vote(await holdfast.pending((hold) => hold.args.amount === 2), 'reject', { reason: 'no' });
  await until('somebody to be asked again', async () => {
    const answer = await pay();
    assert.ok(answer.status === 202 || answer.json.reason_code === 'rejected', answer.text);
    return answer.status === 202;
  }, 30_000);
});

test('a kept answer is kept for hold.result_ttl', async () => {
  const { location } = await runLater(10);
  const kept = await status(location);
  assert.deepEqual([kept.status, kept.text], [200, 'x'.repeat(10)]);
  const over = await until('its time to be over', async () => {
    const answer = await status(location);
    return answer.text !== 'x'.repeat(10) && answer;
  }, 30_000);
  assert.deepEqual([over.status, over.json.resolution], [200, 'succeeded'], 'what remains is that it was run');
});

test('an answer over hold.result_max, or beyond hold.result_total, is not kept, and its receipt says that it was whole', async () => {
  const notKept = async ({ location, call }) => {
    const answer = await status(location);
    assert.deepEqual([answer.status, answer.json.reason_code, answer.json.retry], [504, 'outcome_unknown', 'never']);
    assert.match(answer.json.detail, /answered with status 200; the response was too large to keep/);
    const receipt = await until('the receipt', async () => (await holdfast.receipts(call))[0]);
    assert.deepEqual([receipt.outcome.state, receipt.outcome.status], ['succeeded', 200]);
    assert.match(receipt.outcome.response, /^[0-9a-f]{64}$/);
  };
  await notKept(await runLater(1001));
  const one = await runLater(1000);
  const two = await runLater(1000);
  // Unless the first was over meanwhile: then there was room for the second.
  if ((await status(one.location)).text === 'x'.repeat(1000)) await notKept(two);
  await until('the log to say so', () => holdfast.stderr.includes('response_not_kept'));
});

test('beyond limits.connections: 503 with its reason, and the end; a flood of them takes no descriptors', async () => {
  const full = async () => Number(/^holdfast_refusals_total\{.*reason_code="unavailable".*\} (\d+)$/m.exec((await holdfast.api('GET', '/metrics')).body)?.[1] ?? 0);
  const before = await full();
  const open = () => new Promise((resolve, reject) => {
    const socket = connect(holdfast.agentPort, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
  // With a head begun they do not idle; header_time is long.
  const crowd = [];
  await until('room', async () => {
    while (crowd.length < kConnections) {
      const socket = await open();
      socket.on('error', () => {}).on('close', () => crowd.splice(crowd.indexOf(socket), 1)).resume();
      socket.write('GET /payment/v1/list HTTP/1.1\r\nX-Slow: ');
      crowd.push(socket);
    }
    return (await ask('')).status === 503 && crowd.length === kConnections;
  });
  for (const bytes of ['', wire.get('/payment/v1/list'), wire.post('/payment/v1/send', '{"amount":3}'), `POST /mcp HTTP/1.1\r\n${'X: y\r\n'.repeat(50)}`]) {
    const answer = await ask(bytes);
    assert.deepEqual([answer.status, answer.count, reason(answer)], [503, 1, 'unavailable']);
    assert.match(answer.head, /^Retry-After: [1-9]\d*$/m);
    assert.match(answer.head, /^Connection: close$/m);
    assert.match(answer.head, /^Content-Type: application\/problem\+json$/m);
    assert.equal(JSON.parse(answer.body).retry, 'later');
  }
  const held = descriptors(holdfast.child.pid);
  // They stay open on their side, and read nothing.
  const flood = await Promise.all(Array.from({ length: 400 }, async () => {
    const socket = await open();
    return socket.on('error', () => {}).pause();
  }));
  await until('the flood to be turned away', async () => (await full()) >= before + 404, 30_000);
  assert.ok(descriptors(holdfast.child.pid) <= held + 64 + 8, `${descriptors(holdfast.child.pid)} descriptors, ${held} before`);
  assert.match(holdfast.stderr, /connections_full/);
  flood.forEach((socket) => socket.destroy());
  crowd.slice().forEach((socket) => socket.destroy());
  await until('somebody to be served again', async () => (await ask(wire.get('/payment/v1/list', ['Connection: close']))).status === 200, 30_000);
});
