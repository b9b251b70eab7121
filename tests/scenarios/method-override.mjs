// A method override in a body that no rule reads: some frameworks would run a POST as the DELETE that it names. Small
// bodies are refused before anything is sent; large ones stream, and are cut before the name is whole.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw } from './support/http.mjs';
import { Judge, chunks, read, requests } from './support/strict.mjs';
import { until } from './support/until.mjs';

const kMiB = 1 << 20;
let upstream, holdfast, wire, judge;

// What of each request arrives, whole or not.
async function startCounting() {
  const requests = [];
  const server = createServer((request, response) => {
    const one = { path: request.url, bytes: [], whole: false };
    requests.push(one);
    request.on('data', (piece) => one.bytes.push(piece));
    request.on('error', () => {}); // the proxy cuts
    request.on('end', () => {
      one.whole = true;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 4 }).end('done');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { requests, url: `http://127.0.0.1:${server.address().port}`, close };
}

before(async () => {
  upstream = await startCounting();
  const api = { protocol: 'http', url: upstream.url, tools: [{ name: 'send', match: 'POST /v1/send' }] };
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{ ...api, name: 'api', path: '/api/' }, { ...api, name: 'plain', path: '/plain/', method_in_body: 'keep' }],
      rules: [{ tool: '**', action: 'allow' }],
    }),
  );
  wire = requests(holdfast.agentPort);
  judge = new Judge(holdfast, [upstream], wire.post('/api/v1/send', 'smuggled', [], 'text/plain'));
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const kParts = 'multipart/form-data; boundary=b';
const part = (headers, content) => `--b\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${content}\r\n`;
const file = (size) => part('name="file"; filename="a.html"', '<input name="_method">'.padEnd(size, 'x'));
const override = `${part('name="_method"', 'DELETE')}--b--\r\n`;
const bodies = () => ({
  'in a form': ['a=1&_method=DELETE', 'application/x-www-form-urlencoded'],
  'in what Rack and PHP take for a form': ['a=1&_method=DELETE', 'application/x-www-form-urlencoded, x'],
  'in a body without a type': ['a=1&%5Fmethod=DELETE', ''],
  'in JSON': ['{"a":{},"\\u005fmethod":"DELETE"}', 'application/json'],
  'in JSON of another charset': ['{"_method":"DELETE"}', 'application/vnd.api+json; charset=latin1'],
  'in a multipart body': [file(100) + override, kParts],
});
const large = () => ({
  'JSON': [`{"a":"${'x'.repeat(2 * kMiB)}",`, '"_method":"DELETE"}', 'application/json'],
  'a multipart body': [file(2 * kMiB), override, kParts],
  'a body without a type': [`a=${'x'.repeat(2 * kMiB)}&`, '_method=DELETE', ''],
});

const whole = (answer) => /\r\n\r\n(.*\}|done)$/s.test(answer);
const ask = async (bytes) => read(await raw(holdfast.agentPort, bytes, { done: whole }));
let others = 0;

test('a small body with a method override is refused, with its status, and nothing reaches the upstream', async (t) => {
  for (const [name, [body, type]] of Object.entries(bodies())) {
    const row = { reason: 'malformed', recorded: true };
    await t.test(name, () => judge.expectRefused({ ...row, name, status: 400, bytes: wire.post('/api/v1/send', body, [], type) }));
    const encoded = wire.post('/api/v1/send', body, ['Content-Encoding: gzip'], type);
    await t.test(`${name}, encoded`, () => judge.expectRefused({ ...row, name: `${name}, encoded`, status: 415, bytes: encoded }));
  }
});

test('a large body streams, and is cut before the name of the override is whole', async (t) => {
  for (const [name, [first, last, type]] of Object.entries(large())) {
    const lines = (framing) => wire.framed('/api/v1/send', [framing], '', type);
    const bodies = {
      'with its length': lines(wire.length(first + last)) + first + last,
      'in chunks': lines('Transfer-Encoding: chunked') + chunks(first, last),
    };
    for (const [framing, bytes] of Object.entries(bodies)) {
      await t.test(`${name} ${framing}`, async () => {
        const before = upstream.requests.length;
        const { status, head, body } = await ask(bytes);
        assert.equal(status, 504, body);
        assert.match(head, /^Connection: close$/im);
        assert.match(body, /_method/);
        assert.equal(upstream.requests.length, before + 1);
        const { bytes: sent, whole: complete } = upstream.requests[before];
        assert.equal(complete, false, 'the upstream sees that it is not whole');
        assert.doesNotMatch(Buffer.concat(sent).toString('latin1').slice(200), /_method/);
        const [receipt] = await until('its receipt', async () => {
          const found = await holdfast.receipts(JSON.parse(body).call_id);
          return found.length === 1 && found;
        });
        assert.equal(receipt.outcome.state, 'outcome_unknown');
        ++others;
      });
    }
  }
});

test('a large body without one arrives byte for byte, and so does any where overrides are kept', async (t) => {
  const rows = Object.entries(large()).flatMap(([name, [first, last, type]]) => [
    [name, 'api', first + last.replaceAll('_method', 'method'), type],
    [`${name}, kept`, 'plain', first + last, type],
  ]);
  for (const [name, [body, type]] of Object.entries(bodies())) rows.push([`${name}, kept`, 'plain', body, type]);
  for (const [name, prefix, body, type] of rows) {
    await t.test(name, async () => {
      const before = upstream.requests.length;
      const { status, body: text } = await ask(wire.post(`/${prefix}/v1/send`, body, [], type));
      assert.equal(status, 200, text);
      assert.equal(Buffer.concat(upstream.requests[before].bytes).toString('latin1'), body);
      ++others;
    });
  }
});

test('each has left one receipt, and the log verifies', () => judge.expectReceipts(others));
