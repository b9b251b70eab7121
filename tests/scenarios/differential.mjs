// What we forward is read by Node's parser and by nginx's as it was judged: the same requests, the same number of
// them, and nothing that no receipt tells of. Requests are the fuzzer's corpus and variations of it, as raw bytes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { startNginx } from './support/nginx.mjs';
import { startUpstream } from './support/upstream.mjs';
import { patience, until } from './support/until.mjs';

const corpus = join(process.env.HOLDFAST_ROOT, 'tests/fuzz/corpus');
let node, nginx, holdfast;

before(async () => {
  nginx = await startNginx();
  node = await startUpstream((request, response, body) => {
    const text = 'read';
    response.writeHead(200, { 'content-length': text.length });
    response.end(text);
  });
  const upstream = (name, url) => ({ name, protocol: 'http', url, path: `/${name}/`, tools: [{ name: 'send', match: 'POST /v1/send' }] });
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [upstream('node', node.url), upstream('ngnx', nginx.url)],
      // One rule reads the body, so that some requests are buffered; the others stream through.
      rules: [{ tool: '*.send', action: 'deny', when: { 'args.amount': { gt: 100, missing: false } } }, { action: 'allow' }],
      limits: { header_time: '1s', idle: '1s' },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  node?.close();
  nginx?.close();
});

// Deterministic, so that what fails fails again.
function dice(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const body = '{"amount":5,"x":"a\\u0000b"}';
const seeds = () => {
  const files = ['http_request', 'forwarding'].flatMap((name) => readdirSync(join(corpus, name)).map((file) => readFileSync(join(corpus, name, file), 'latin1')));
  const head = (line, ...headers) => [line, 'Host: agent.test', ...headers, '', ''].join('\r\n');
  return [
    ...files.map((text) => text.replaceAll(/ (\/shop|\/files|\/mcp\/payment)?\//g, ' /UP/')),
    head('POST /UP/v1/send HTTP/1.1', 'Content-Type: application/json', `Content-Length: ${body.length}`, 'X-A: one', 'X-B: two') + body,
    head('POST /UP/v1/other?a=b%20c&&=d HTTP/1.1', 'Transfer-Encoding: chunked', 'X-A:  padded \t') + `5;x=y\r\nhello\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\nX-B: trailer\r\n\r\n`,
    head('PUT /UP/a/%C3%A9%7e/%41;b HTTP/1.1', 'Content-Length: 0'),
    head('GET /UP/a?x=%00%ff;y HTTP/1.1', 'X-A: ', 'X-B: \u00e9\u00ff'),
    head('POST /UP/raw HTTP/1.1', 'Content-Length: 41') + 'GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\nrest!',
  ];
};

// Bytes that servers read in different ways, put where they hurt.
const spice = ['\r', '\n', '\0', ' ', '\t', '\x0b', '\x0c', ':', ',', ';', '\x7f', '\x85', '\xa0', '%', '%2f', '%0d%0a', '/', '//', '\\', '?', '#', '0x',
  'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity\r\n', ' chunked', '\r\n ', '\r\n\r\n', 'Connection: X-A\r\n', 'X-A: more\r\n', 'Host: other\r\n'];

function* variations(count) {
  const all = seeds();
  yield* all;
  const roll = dice(20261122);
  for (let i = 0; i < count; ++i) {
    let text = all[roll(all.length)];
    for (let n = roll(2); n >= 0; --n) {
      const at = roll(text.length);
      const what = spice[roll(spice.length)];
      text = roll(4) === 0 ? text.slice(0, at) + text.slice(at + 1 + roll(3)) : text.slice(0, at) + what + text.slice(at + roll(2));
    }
    yield text;
  }
}

// Writes in two pieces, closes our end, and reads to the end: the statuses that came back.
function exchange(bytes, split) {
  return new Promise((resolve) => {
    const socket = connect({ port: holdfast.agentPort, host: '127.0.0.1', allowHalfOpen: true }, () => {
      const all = Buffer.from(bytes, 'latin1');
      socket.write(all.subarray(0, split));
      setImmediate(() => socket.end(all.subarray(split)));
    });
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve([...text.matchAll(/HTTP\/1\.[01] (\d{3}) .*?\r\n\r\n/gs)].map(([head, status]) => ({ head, status: Number(status) }))));
  });
}

// What was recorded: how often which target was allowed.
async function recorded() {
  const counts = new Map();
  for (const entry of await holdfast.receipts()) {
    if (entry.kind !== 'receipt' || entry.decision.effect !== 'allow') continue;
    counts.set(entry.request.target, (counts.get(entry.request.target) ?? 0) + 1);
  }
  return counts;
}

const allowed = ({ head }) => /holdfast-decision: allow/i.test(head);
const normal = (target) => target.replace(/%([0-9a-f]{2})/gi, (_, hex) => `%${hex.toUpperCase()}`);

test('requests that pass are read alike by Node and nginx, and none without a receipt', { timeout: 60_000 * patience }, async () => {
  let passed = 0;
  let index = 0;
  for (const text of variations(1500)) {
    // Names of one length, for they may stand in a body too.
    const bytes = text.replaceAll('/UP/', '/node/');
    const twin = text.replaceAll('/UP/', '/ngnx/');
    const [before, read] = [node.requests.length, nginx.read().length];
    const split = 1 + (index++ % bytes.length);
    const [one, other] = [await exchange(bytes, split), await exchange(twin, split)];
    const refused = one.filter((r) => allowed(r) && r.status === 400);
    if (refused.length > 0) {
      // Node's parser knows a fixed list of methods; nothing else that we pass may be too much for it.
      const methods = bytes.split(/\r\n/).map((line) => /^([A-Z-]+) .* HTTP\/1\.[01]$/.exec(line)?.[1]).filter(Boolean);
      assert.ok(methods.some((method) => !METHODS.includes(method)), `${index}: Node refuses ${JSON.stringify(bytes)}`);
      continue;
    }
    assert.deepEqual(one.map((r) => r.status), other.map((r) => r.status), `${index}: refused for one and not for the other: ${JSON.stringify(bytes)}`);
    const sent = one.filter(allowed).length;
    const byNode = node.requests.slice(before);
    await until('nginx to have read', () => nginx.read().length >= read + sent, 2000);
    const byNginx = nginx.read().slice(read);
    assert.equal(byNode.length, byNginx.length, `${index}: as many for Node as for nginx: ${JSON.stringify(bytes)}`);
    assert.ok(byNode.length <= sent, `${index}: more requests arrived than were allowed: ${JSON.stringify(bytes)}`);
    passed += byNode.length;
    byNode.forEach((a, i) => {
      const b = byNginx[i];
      const where = `${index}: ${JSON.stringify(bytes)}`;
      assert.equal(a.method, b.method, where);
      assert.equal(normal(a.path), normal(b.request_uri), where);
      assert.equal(a.headers['x-a'] ?? '', b.http_x_a, where);
      assert.equal(a.headers['content-type'] ?? '', b.http_content_type, where);
      // For a chunked body nginx gives the length it came to.
      if (!a.headers['transfer-encoding']) assert.equal(a.headers['content-length'] ?? '', b.content_length, where);
      assert.equal(a.headers['transfer-encoding'] ?? '', b.http_transfer_encoding, where);
      assert.equal(a.headers.host, `127.0.0.1:${node.port}`, where);
      assert.equal(b.http_host, `127.0.0.1:${nginx.port}`, where);
      for (const name of ['connection', 'te', 'trailer', 'upgrade', 'keep-alive', 'expect']) assert.equal(a.headers[name] ?? (name === 'connection' ? 'keep-alive' : ''), name === 'connection' ? 'keep-alive' : '', where);
      assert.equal(a.body.toString('latin1'), b.request_body.toString('latin1').replaceAll('/ngnx/', '/node/'), where);
    });
  }
  assert.ok(passed > 200, `only ${passed} requests passed: the variations are too wild to show anything`);
  const arrived = [...node.requests.map((r) => node.url + r.path), ...nginx.read().map((r) => nginx.url + r.request_uri)];
  await until('a receipt for each request that arrived', async () => {
    const left = await recorded();
    return arrived.every((target) => {
      const count = left.get(target) ?? 0;
      left.set(target, count - 1);
      return count > 0;
    });
  });
});
