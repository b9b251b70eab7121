// 03-calls: a JSON-RPC request is answered under its own id, once, or its outcome is unknown. Rows of what an MCP
// upstream may and may not reply, and the same for a call that was approved.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw } from './support/http.mjs';
import { ok, readAnswer, startScripted } from './support/scripted.mjs';
import { until } from './support/until.mjs';

let upstream, holdfast;

before(async () => {
  upstream = await startScripted();
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'up', protocol: 'mcp', url: `${upstream.url}/mcp`, path: '/mcp/up', read: '2s' }],
      rules: [{ tool: 'up.held*', action: 'escalate' }, { tool: 'up.*', action: 'allow' }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

function call(tool, { id = 7, accept = 'application/json, text/event-stream' } = {}) {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: {} } });
  return raw(holdfast.agentPort, `POST /mcp/up HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: ${accept}\r\nContent-Length: ${body.length}\r\n\r\n${body}`, { ms: 10_000 });
}

const result = (id = 7, text = 'done') => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"${text}"}]}}`;
const json = (body, more = '') => ok(body, `Content-Type: application/json\r\n${more}`);
const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const stream = (...events) => `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${events.map(chunk).join('')}`;
const event = (data, more = '') => `${more}data: ${data}\n\n`;
const note = event('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}');
const last = '0\r\n\r\n';

// What is no answer to request 7. `told`: the refusal reaches the agent under its id (else its stream is cut short).
const faults = {
  'another id': { bytes: json(result(8)) },
  'the id as a string': { bytes: json(result('7')) },
  'the id as 7.0': { bytes: json('{"jsonrpc":"2.0","id":7.0,"result":{}}') },
  'no id': { bytes: json('{"jsonrpc":"2.0","result":{}}') },
  'an id of null': { bytes: json('{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}') },
  'two ids': { bytes: json('{"jsonrpc":"2.0","id":7,"id":8,"result":{}}') },
  'the id twice': { bytes: json('{"jsonrpc":"2.0","id":7,"id":7,"result":{}}') },
  'neither result nor error': { bytes: json('{"jsonrpc":"2.0","id":7}') },
  'result and error': { bytes: json('{"jsonrpc":"2.0","id":7,"result":{},"error":{"code":1,"message":"m"}}') },
  'a request instead of a reply': { bytes: json('{"jsonrpc":"2.0","id":7,"method":"ping"}') },
  'a reply in a batch': { bytes: json(`[${result()}]`) },
  'two replies in one body': { bytes: json(`${result()}${result()}`) },
  'no JSON': { bytes: json('<html>') },
  'JSON that is cut short': { bytes: json('{"jsonrpc":"2.0","id":7,"result":{') },
  'a byte order mark': { bytes: json(`\xef\xbb\xbf${result()}`), latin1: true },
  'bytes that are no UTF-8': { bytes: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 44\r\n\r\n{"jsonrpc":"2.0","id":7,"result":{"a":"\xff"}} ' },
  'a page': { bytes: ok('<html>', 'Content-Type: text/html\r\n') },
  'no body': { bytes: ok('') },
  '204': { bytes: 'HTTP/1.1 204 No Content\r\n\r\n' },
  '202 and nothing': { bytes: 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n' },
  'a content coding nobody asked for': { bytes: json(result(), 'Content-Encoding: gzip\r\n') },
  'a second response behind it': { bytes: json(result()) + json(result(7, 'forged')) },
  // As a stream of events.
  'a stream without a reply': { bytes: stream(note) + last },
  'an empty stream': { bytes: stream() + last },
  'a stream that ends in the middle of the reply': { bytes: stream(`data: ${result()}\n`) + last },
  'a stream that is cut in a chunk': { bytes: `${stream(note)}5\r\nda`, ends: true },
  'a stream with another id': { bytes: stream(note, event(result(8, 'forged'))) + last },
  'a stream with another id, then ours': { bytes: stream(event(result(8, 'forged')), event(result())) + last },
  'a stream with no JSON': { bytes: stream(event('hello')) + last },
  'a stream with a batch': { bytes: stream(event(`[${result(7, 'forged')}]`)) + last },
  'our reply in an event that is no message': { bytes: stream(event(result(7, 'forged'), 'event: other\n')) + last },
  'a stream that answers twice': { bytes: stream(event(result()), event(result(7, 'forged'))) + last, cut: true },
  'a stream with another reply behind ours': { bytes: stream(event(result()), event(result(8, 'forged'))) + last, cut: true },
  'a stream with bytes behind its end': { bytes: stream(event(result())) + last + json(result(7, 'forged')), cut: true },
  'a stream whose framing breaks behind the reply': { bytes: `${stream(event(result()))}zz\r\n`, cut: true },
  'a stream with a content coding': { bytes: stream(event(result(7, 'forged'))).replace('\r\n\r\n', '\r\nContent-Encoding: gzip\r\n\r\n') + last },
  'a stream with Content-Length and chunks': { bytes: stream(event(result(7, 'forged'))).replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n') + last },
  'a silent stream': { bytes: stream(note) },
};

const good = {
  'a reply': json(result()),
  'an error': json('{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no"}}'),
  'a stream with the reply': stream(note, event(result())) + last,
  'a stream with requests of the server': stream(event('{"jsonrpc":"2.0","id":7,"method":"ping"}'), event(result(), 'event: message\n')) + last,
  'a stream with events that are no messages': stream(event('hello', 'event: other\n'), ': comment\n\n', event(result())) + last,
  'a stream of CR and LF': stream(event(result()).replaceAll('\n', '\r\n')) + last,
};

async function reused(tool) {
  upstream.play = (socket) => socket.write(json(result()));
  const before = upstream.connections;
  assert.match(readAnswer(await call(tool)).body, /done/);
  return upstream.connections === before;
}

const receiptOf = (tool) =>
  until(`the receipt of ${tool}`, async () => {
    const found = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt' && entry.request.tool === `up.${tool}`);
    assert.ok(found.length <= 1, 'one receipt a call');
    return found[0];
  });

const playing = ({ bytes, ends }) => (socket) => {
  socket.write(Buffer.from(bytes, 'latin1'));
  if (ends) socket.end();
};

const refusalIn = (body) => {
  const message = JSON.parse(/\{.*\}/.exec(body)[0]);
  assert.equal(message.id, 7);
  return message.result._meta['holdfast/refusal'];
};

test('what does not answer the request is an unknown outcome', async (t) => {
  let number = 0;
  for (const [name, row] of Object.entries(faults)) {
    await t.test(name, async () => {
      const tool = `fault${++number}`;
      upstream.play = playing(row);
      const asked = upstream.requests;
      const answer = readAnswer(await call(tool));
      assert.equal(upstream.requests, asked + 1, 'sent once');
      assert.ok(!answer.body.includes('forged'), answer.body);
      if (row.cut) {
        assert.equal(answer.whole, false, answer.body);
      } else {
        const told = answer.body.split('\n').filter((line) => line.includes('holdfast/refusal'));
        assert.equal(told.length, 1, answer.body);
        assert.equal(refusalIn(told[0]).reason_code, 'outcome_unknown');
        assert.equal(refusalIn(told[0]).retry, 'never');
      }
      assert.equal((await receiptOf(tool)).outcome.state, 'outcome_unknown');
      await reused(`${tool}next`);
    });
  }
});

test('what answers it passes as it came', async (t) => {
  let number = 0;
  for (const [name, bytes] of Object.entries(good)) {
    await t.test(name, async () => {
      const tool = `good${++number}`;
      upstream.play = playing({ bytes });
      const answer = readAnswer(await call(tool));
      assert.equal(answer.status, 200);
      assert.ok(answer.whole);
      for (const part of bytes.match(/"result":.*?\]\}|"error":.*?\}/g)) assert.ok(answer.body.includes(part), answer.body);
      assert.equal((await receiptOf(tool)).outcome.state, 'succeeded');
      assert.equal(await reused(`${tool}next`), true);
    });
  }
});

test('a reply that breaks the framing leaves no connection behind', async () => {
  for (const [i, bytes] of [json(result()) + json(result(7, 'forged')), stream(event(result())) + last + 'x'].entries()) {
    upstream.play = playing({ bytes });
    await call(`left${i}`);
    assert.equal(await reused(`left${i}next`), false);
  }
});

test('after an approval the same rules hold: the approval is spent, the outcome unknown', async (t) => {
  const rows = { 'another id': json(result(8)), 'a stream without a reply': stream(note) + last, 'the end': '', 'an answer twice': stream(event(result()), event(result())) + last };
  let number = 0;
  for (const [name, bytes] of Object.entries(rows)) {
    await t.test(name, async () => {
      const tool = `held${++number}`;
      upstream.play = playing({ bytes, ends: true });
      const asked = upstream.requests;
      const waiting = call(tool);
      const hold = await holdfast.pending((its) => its.tool === `up.${tool}`);
      await holdfast.vote(hold, 'approve');
      const answer = readAnswer(await waiting);
      assert.equal(upstream.requests, asked + 1, 'sent once');
      if (answer.whole) assert.match(answer.body, /outcome_unknown/);
      const ended = await until('its end', async () => ((its) => its.resolution && its)(await holdfast.hold(hold.id)));
      assert.deepEqual([ended.status, ended.resolution], ['released', 'outcome_unknown']);
      assert.equal((await receiptOf(tool)).outcome.state, 'outcome_unknown');
    });
  }
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
