// 03-calls: "Responses are held to the same framing rules." What an upstream may not say ends the call as
// outcome_unknown: in the receipt, in the answer, and its connection carries nothing more.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw } from './support/http.mjs';
import { fine, ok, readAnswer, startScripted } from './support/scripted.mjs';
import { until } from './support/until.mjs';

let upstream, holdfast;

before(async () => {
  upstream = await startScripted();
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'up', protocol: 'http', url: upstream.url, path: '/up/', read: '2s' }],
      rules: [{ tool: '**', action: 'allow' }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const ask = (path, { method = 'POST', minor = 1, body = '{}' } = {}) =>
  raw(holdfast.agentPort, `${method} /up/${path} HTTP/1.${minor}\r\nHost: a\r\nConnection: close\r\n${method === 'POST' ? `Content-Length: ${body.length}\r\n` : ''}\r\n${method === 'POST' ? body : ''}`);

const head = (...lines) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const chunked = (body) => head('Transfer-Encoding: chunked') + body;
const second = ok('forged');

// What an upstream may not say. A row is its bytes; `ends` closes the connection behind them, `method` is the request's.
const faults = {
  // The end of the message.
  'a second response behind one of known length': { bytes: ok('okay') + second },
  'a second response behind an empty one': { bytes: ok('') + second },
  'a second response behind a chunked one': { bytes: chunked('4\r\nokay\r\n0\r\n\r\n') + second },
  'one byte too many': { bytes: `${ok('okay')}x` },
  'a body behind the answer to HEAD': { bytes: ok('okay'), method: 'HEAD' },
  'a body behind 204': { bytes: 'HTTP/1.1 204 No Content\r\n\r\nokay' },
  'a body behind 304': { bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nokay' },
  'the end before any byte': { bytes: '', ends: true },
  'the end in the status line': { bytes: 'HTTP/1.1 20', ends: true },
  'the end in the head': { bytes: 'HTTP/1.1 200 OK\r\nContent-Le', ends: true },
  'the end in a body of known length': { bytes: head('Content-Length: 10') + 'half', ends: true },
  'the end in a chunk': { bytes: chunked('5\r\nhel'), ends: true },
  'the end before the last chunk': { bytes: chunked('2\r\nok\r\n'), ends: true },
  'the end in the trailers': { bytes: chunked('2\r\nok\r\n0\r\nX: y\r\n'), ends: true },
  'the end behind an interim response': { bytes: 'HTTP/1.1 100 Continue\r\n\r\n', ends: true },
  // The framing.
  'Content-Length with Transfer-Encoding': { bytes: head('Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n' },
  'Content-Length twice, different': { bytes: head('Content-Length: 4', 'Content-Length: 5') + 'okay' },
  'Content-Length twice, equal': { bytes: head('Content-Length: 4', 'Content-Length: 4') + 'okay' },
  'Content-Length as a list': { bytes: head('Content-Length: 4, 4') + 'okay' },
  'Content-Length with a sign': { bytes: head('Content-Length: +4') + 'okay' },
  'Content-Length in hexadecimal': { bytes: head('Content-Length: 0x4') + 'okay' },
  'Content-Length without an end': { bytes: head(`Content-Length: ${'9'.repeat(30)}`) + 'okay' },
  'an unknown coding': { bytes: head('Transfer-Encoding: xchunked') + '0\r\n\r\n' },
  'two codings': { bytes: head('Transfer-Encoding: gzip, chunked') + '0\r\n\r\n' },
  'Transfer-Encoding twice': { bytes: head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + '0\r\n\r\n' },
  'Transfer-Encoding: identity': { bytes: head('Transfer-Encoding: identity') + 'okay', ends: true },
  'Transfer-Encoding in HTTP/1.0': { bytes: 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' },
  'Content-Length on 204': { bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n' },
  'Transfer-Encoding on 204': { bytes: 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n' },
  'Content-Length on an interim response': { bytes: `HTTP/1.1 103 Early Hints\r\nContent-Length: 4\r\n\r\n${ok('okay')}` },
  'Transfer-Encoding on an interim response': { bytes: `HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n${ok('okay')}` },
  'a chunk size that is none': { bytes: chunked('zz\r\nokay\r\n0\r\n\r\n') },
  'a negative chunk size': { bytes: chunked('-4\r\nokay\r\n0\r\n\r\n') },
  'a chunk size beyond any sum': { bytes: chunked('fffffffffffffffff\r\nokay\r\n0\r\n\r\n') },
  'a chunk longer than its size': { bytes: chunked('2\r\nokay\r\n0\r\n\r\n') },
  'a space before a chunk size': { bytes: chunked(' 4\r\nokay\r\n0\r\n\r\n') },
  'a chunk size that ends in LF': { bytes: chunked('4\nokay\r\n0\r\n\r\n') },
  'chunk extensions without end': { bytes: chunked('4\r\nokay\r\n'.repeat(1) + `1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`) },
  'many small chunk extensions': { bytes: chunked(`1;${'x'.repeat(100)}\r\na\r\n`.repeat(200) + '0\r\n\r\n') },
  'a control in a chunk extension': { bytes: chunked('4;a=\x01\r\nokay\r\n0\r\n\r\n') },
  'trailers without end': { bytes: chunked(`2\r\nok\r\n0\r\n${'X: y\r\n'.repeat(4000)}\r\n`) },
  'a trailer that is no field': { bytes: chunked('2\r\nok\r\n0\r\nno colon\r\n\r\n') },
  // The head.
  'no HTTP at all': { bytes: 'SSH-2.0-OpenSSH_9.2\r\n\r\n' },
  'a version that is not ours': { bytes: 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n' },
  'a version of ICY': { bytes: 'ICY 200 OK\r\nContent-Length: 0\r\n\r\n' },
  'a status of 000': { bytes: 'HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n' },
  'a status of 99': { bytes: 'HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n' },
  'a status of 099': { bytes: 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n' },
  'a status of 600': { bytes: 'HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n' },
  'a status of four digits': { bytes: 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n' },
  'a status in words': { bytes: 'HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n' },
  'an empty line first': { bytes: `\r\n${ok('okay')}` },
  'lines that end in LF': { bytes: 'HTTP/1.1 200 OK\nContent-Length: 4\n\nokay' },
  'a NUL in a value': { bytes: head('X-A: a\0b', 'Content-Length: 0') },
  'a CR in a value': { bytes: head('X-A: a\rSet-Cookie: b', 'Content-Length: 0') },
  'a LF in a value': { bytes: head('X-A: a\nSet-Cookie: b', 'Content-Length: 0') },
  'a NUL in the status line': { bytes: 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n' },
  'a folded header': { bytes: head('X-A: a', ' b', 'Content-Length: 0') },
  'a header without a colon': { bytes: head('X-A', 'Content-Length: 0') },
  'a header without a name': { bytes: head(': a', 'Content-Length: 0') },
  'a space before the colon': { bytes: head('Content-Length : 4') + 'okay' },
  'a name that is no token': { bytes: head('X(A): b', 'Content-Length: 0') },
  'too many headers': { bytes: head(...Array.from({ length: 300 }, (_, i) => `X-${i}: y`), 'Content-Length: 0') },
  'headers too large': { bytes: head(`X-Long: ${'y'.repeat(70_000)}`, 'Content-Length: 0') },
  // Interim responses.
  'a 101': { bytes: 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n' },
  'nine interim responses': { bytes: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(9) + ok('okay') },
  // Time.
  'silence instead of a head': { bytes: '' },
  'silence in the middle of a body': { bytes: head('Content-Length: 10') + 'half' },
};

// What is no fault. `reuses`: whether the connection carries the next request.
const good = {
  'of known length': { bytes: ok('okay'), body: 'okay', reuses: true },
  'an empty one': { bytes: ok(''), body: '', reuses: true },
  'chunked, with extensions and trailers that are dropped': { bytes: chunked('2;a=b\r\nok\r\n2\r\nay\r\n0\r\nX-Trailer: t\r\n\r\n'), body: 'okay', reuses: true },
  'until the connection ends': { bytes: 'HTTP/1.1 200 OK\r\n\r\nokay', ends: true, body: 'okay' },
  'of HTTP/1.0, until the connection ends': { bytes: 'HTTP/1.0 200 OK\r\n\r\nokay', ends: true, body: 'okay' },
  'of HTTP/1.0, of known length': { bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nokay', body: 'okay' },
  'of HTTP/1.0, kept alive': { bytes: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nokay', body: 'okay', reuses: true },
  'one that closes': { bytes: head('Connection: close', 'Content-Length: 4') + 'okay', body: 'okay' },
  'eight interim responses': { bytes: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(8) + ok('okay'), body: 'okay', reuses: true },
  '204 with a length of 0': { bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', status: 204, body: '', reuses: true },
  '304 with the length it would have': { bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n', status: 304, body: '', reuses: true },
  'to HEAD, with the length it would have': { bytes: head('Content-Length: 4'), method: 'HEAD', body: '', reuses: true },
  'a status that nobody knows': { bytes: 'HTTP/1.1 599 Strange\r\nContent-Length: 4\r\n\r\nokay', status: 599, body: 'okay', reuses: true },
};

const decoded = ({ head: its, body }) => (/transfer-encoding: chunked/i.test(its) ? body.replace(/[0-9a-f]+\r\n([^]*?)\r\n/g, '$1').replace(/\r\n$/, '') : body);

// Whether the request after this one went over the same connection.
async function reused(path) {
  upstream.reset();
  const before = upstream.connections;
  const next = readAnswer(await ask(path));
  assert.equal(`${next.status} ${next.body}`, '200 fine', 'the next call is answered by its own answer');
  return upstream.connections === before;
}

const receiptOf = (path) =>
  until(`the receipt of ${path}`, async () => {
    const found = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt' && entry.request.target.endsWith(`/${path}`));
    assert.ok(found.length <= 1, 'one receipt a call');
    return found[0];
  });

const playing = ({ bytes, ends }) => (socket) => {
  socket.write(Buffer.from(bytes, 'latin1'));
  if (ends) socket.end();
};

test('what an upstream may not say is an unknown outcome, and its connection is not used again', async (t) => {
  let number = 0;
  for (const [name, row] of Object.entries(faults)) {
    await t.test(name, async () => {
      const path = `fault-${++number}`;
      upstream.play = playing(row);
      const asked = upstream.requests;
      const answer = readAnswer(await ask(path, { method: row.method }));
      assert.equal(upstream.requests, asked + 1, 'sent once');
      if (answer.status === 504) {
        assert.ok(row.method === 'HEAD' || JSON.parse(answer.body).reason_code === 'outcome_unknown', answer.body);
      } else {
        // The head had gone out: all that is left is to break off.
        assert.equal(answer.whole, false, `the agent took this for an answer: ${answer.head}\n\n${answer.body}`);
      }
      assert.ok(!answer.head.includes('Set-Cookie') && !answer.body.includes('forged'), answer.head);
      assert.equal(await reused(`${path}-next`), false);
      assert.equal((await receiptOf(path)).outcome.state, 'outcome_unknown');
    });
  }
});

test('what it may say passes, and its connection is used again where that is allowed', async (t) => {
  let number = 0;
  for (const [name, row] of Object.entries(good)) {
    await t.test(name, async () => {
      const path = `good-${++number}`;
      upstream.play = playing(row);
      const answer = readAnswer(await ask(path, { method: row.method }));
      assert.equal(answer.status, row.status ?? 200);
      assert.equal(decoded(answer), row.body);
      assert.ok(answer.whole || row.method === 'HEAD');
      assert.doesNotMatch(answer.head, /trailer|early hints|link:/i);
      assert.equal(await reused(`${path}-next`), row.reuses ?? false);
      assert.equal((await receiptOf(path)).outcome.state, 'succeeded');
    });
  }
});

test('headers that are for the next hop, or in our name, end here', async () => {
  const lines = ['Holdfast-Decision: forged', 'Holdfast-Anything: x', 'Alt-Svc: h3=":1"', 'Upgrade: h2c', 'Keep-Alive: timeout=5', 'Proxy-Connection: x',
    'Proxy-Authenticate: Basic', 'Trailer: X', 'TE: trailers', 'Connection: set-cookie, x-hop', 'Set-Cookie: a=b', 'X-Hop: 1', 'X-Kept: yes', 'Content-Length: 4'];
  upstream.play = (socket) => socket.write(head(...lines) + 'okay');
  const answer = readAnswer(await ask('names'));
  assert.equal(answer.status, 200);
  assert.match(answer.head, /X-Kept: yes/);
  assert.match(answer.head, /Holdfast-Decision: allow/);
  assert.doesNotMatch(answer.head, /forged|Anything|Alt-Svc|Upgrade|Keep-Alive|^Proxy-|Trailer|^TE:|Set-Cookie|X-Hop/im);
});

test('a response on a connection that nobody asked on answers nobody', async () => {
  let idle;
  upstream.play = (socket) => {
    idle = socket;
    fine(socket);
  };
  assert.equal(readAnswer(await ask('idle')).body, 'fine');
  idle.write(second);
  await until('the bytes to have left', () => idle.writableLength === 0);
  assert.equal(await reused('idle-next'), false);
});

test('an answer before the request was sent whole is passed on, and neither connection is used again', async () => {
  upstream.play = Object.assign((socket) => socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno'), { early: true });
  const text = `POST /up/early HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\npart`;
  const answer = readAnswer(await raw(holdfast.agentPort, text)); // resolves when we are closed on
  assert.equal(`${answer.status} ${answer.body}`, '413 no');
  assert.match(answer.head, /Connection: close/);
  assert.equal(await reused('early-next'), false);
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
