// The allow path: what comes out is what went in, in both directions.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, run } from './support/holdfast.mjs';
import { raw, send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
let upstream, secure, holdfast;

const routes = {
  '/echo': (request, response, body) => {
    response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' });
    response.end(body);
  },
  '/digest': (request, response, body) => response.end(`${body.length} ${digest(body)}`),
  '/large': (request, response) => response.end(Buffer.alloc(8 << 20, 'x')),
  '/teapot': (request, response) => response.writeHead(418, 'Short and stout', { 'x-a': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] }).end('no coffee'),
  '/nothing': (request, response) => response.writeHead(204).end(),
  '/moved': (request, response) => response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
  '/compressed': (request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from('1f8b0800', 'hex')),
  '/claims': (request, response) =>
    response.writeHead(200, { 'holdfast-decision': 'forged', 'alt-svc': 'h3=":1"', connection: 'x-hop, keep-alive', 'x-hop': '1', 'x-kept': 'yes' }).end(),
  '/stream': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    streams.push(response);
  },
  '/events': (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.push(response);
  },
};
const streams = [];
const nowhere = (request, response) => response.writeHead(404).end('not here');
const answer = (request, response, body) => (routes[request.url.split('?')[0]] ?? nowhere)(request, response, body);

// A CA of our own and a certificate for 127.0.0.1, made by openssl.
async function makeCertificates() {
  const folder = tempFolder();
  const openssl = async (...args) => {
    const { code, stderr } = await run('openssl', args, { cwd: folder });
    assert.equal(code, 0, stderr);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Scenario CA', '-days', '2',
    '-addext', 'keyUsage=critical,keyCertSign');
  await openssl('req', '-new', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=upstream',
    '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  await openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'server.pem',
    '-days', '2', '-copy_extensions', 'copy');
  return folder;
}

before(async () => {
  const certificates = await makeCertificates();
  const pem = (name) => readFileSync(join(certificates, name));
  upstream = await startUpstream(answer);
  secure = await startUpstream(answer, {
    scheme: 'https',
    create: (handler) => createTlsServer({ key: pem('server.key'), cert: pem('server.pem') }, handler),
  });
  const behind = (name, url, more = {}) => ({ name, protocol: 'http', url, path: `/${name}/`, ...more });
  const ca = join(certificates, 'ca.pem');
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        behind('api', upstream.url),
        behind('tls', secure.url, { tls: { ca } }),
        behind('tlsname', secure.url.replace('127.0.0.1', 'localhost'), { tls: { ca } }),
        behind('untrusted', secure.url),
      ],
      rules: [{ tool: '**', action: 'allow' }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
  secure?.close();
});

const through = (path, options = {}) => send(holdfast.agentUrl, { path: `/api${path}`, ...options });
const direct = (path, options = {}) => send(upstream.url, { path, ...options });

// What a client can tell apart, less the headers of a connection and those that Holdfast adds.
function comparable({ status, headers, text }) {
  const kept = Object.entries(headers).filter(([name]) => !/^(date|connection|keep-alive|transfer-encoding|content-length|holdfast-.*)$/.test(name));
  return { status, headers: Object.fromEntries(kept), text };
}

test('allowed calls give the same results without and with the sidecar', async (t) => {
  const bytes = randomBytes(1000);
  const calls = {
    'JSON, as sent': ['/echo', { body: '{ "a" : 1.50, "b":\t[1E5, "\\u00e9"] }' }],
    bytes: ['/echo', { body: bytes, headers: { 'content-type': 'application/octet-stream' } }],
    'an empty body': ['/digest', { body: '' }],
    'no body': ['/digest', { method: 'GET' }],
    'a query': ['/echo?a=1&b=%20x', { method: 'PUT', body: 'text', headers: { 'content-type': 'text/plain' } }],
    'a refusal of the upstream': ['/teapot', { method: 'GET' }],
    'no content': ['/nothing', { method: 'DELETE' }],
    'a redirect': ['/moved', { method: 'GET' }],
    'a compressed answer': ['/compressed', { method: 'GET' }],
    'a path that is not there': ['/elsewhere', { method: 'PATCH', body: '{}' }],
    HEAD: ['/digest', { method: 'HEAD' }],
  };
  for (const [name, [path, options]] of Object.entries(calls)) {
    await t.test(name, async () => {
      const [a, b] = [await through(path, options), await direct(path, options)];
      assert.deepEqual(comparable(a), comparable(b));
      assert.equal(a.headers['holdfast-decision'], 'allow');
    });
  }
});

test('an upstream cannot speak in our name, and its connection headers end here', async () => {
  const { headers } = await through('/claims', { method: 'GET' });
  assert.equal(headers['holdfast-decision'], 'allow');
  for (const name of ['alt-svc', 'x-hop', 'upgrade']) assert.equal(headers[name], undefined, name);
  assert.equal(headers['x-kept'], 'yes');
});

test('large bodies pass in both directions, with a length and chunked', async () => {
  const body = randomBytes(6 << 20);
  const expected = `${body.length} ${digest(body)}`;
  const binary = { 'content-type': 'application/octet-stream' };
  assert.equal((await through('/digest', { body, headers: binary })).text, expected);
  const answer = await new Promise((resolve, reject) => {
    const request = httpRequest(`${holdfast.agentUrl}/api/digest`, { method: 'POST', agent: false, headers: binary }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
    });
    request.on('error', reject);
    for (let at = 0; at < body.length; at += 100_000) request.write(body.subarray(at, at + 100_000));
    request.end();
  });
  assert.equal(answer, expected);
  const large = await through('/large', { method: 'GET' });
  assert.equal(large.body.length, 8 << 20);
});

for (const [path, type] of [['/stream', 'text/plain'], ['/events', 'text/event-stream']]) {
  test(`an answer streams: each piece of ${type} arrives before the next is sent`, async () => {
    let text = '', ended = false;
    httpRequest(`${holdfast.agentUrl}/api${path}`, { method: 'GET', agent: false }, (response) => {
      assert.equal(response.headers['content-type'], type);
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => (ended = true));
    }).end();
    const source = await until('the upstream to be asked', () => streams.shift());
    source.flushHeaders();
    for (const piece of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
      source.write(piece);
      await until(`the piece ${piece.trim()}`, () => text.endsWith(piece));
    }
    assert.equal(ended, false);
    source.end();
    await until('the end', () => ended);
    assert.equal(text, 'data: one\n\ndata: two\n\ndata: three\n\n');
  });
}

test('a client that leaves in the middle of a stream frees the upstream within a mebibyte', async () => {
  const request = httpRequest(`${holdfast.agentUrl}/api/stream`, { method: 'GET', agent: false }, (response) => response.resume());
  request.on('error', () => {});
  request.end();
  const source = await until('the upstream to be asked', () => streams.shift());
  let closed = false;
  source.on('close', () => (closed = true));
  source.write('piece');
  request.destroy();
  const ticking = setInterval(() => source.write(Buffer.alloc(100_000)), 20);
  await until('the upstream connection to close', () => closed);
  clearInterval(ticking);
});

test('connections are kept alive on both sides', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set(), upstreamSockets = new Set();
  const note = (socket) => upstreamSockets.add(socket);
  upstream.server.on('connection', note);
  for (let i = 0; i < 20; ++i) {
    const answer = await send(holdfast.agentUrl, { path: '/api/echo', body: `{"i":${i}}`, agent });
    assert.equal(answer.text, `{"i":${i}}`);
    Object.values(agent.freeSockets).flat().forEach((socket) => sockets.add(socket));
  }
  upstream.server.off('connection', note);
  agent.destroy();
  assert.equal(sockets.size, 1);
  assert.ok(upstreamSockets.size <= 1, `${upstreamSockets.size} new connections to the upstream`);
});

test('HTTP/1.0 gets an answer it can read: no chunks, and the end of the connection is its end', async () => {
  const asked = raw(holdfast.agentPort, `GET /api/stream HTTP/1.0\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\n\r\n`);
  const source = await until('the upstream to be asked', () => streams.shift());
  source.write('one ');
  source.end('two');
  const answer = await asked;
  assert.match(answer, /^HTTP\/1\.\d 200/);
  assert.doesNotMatch(answer, /transfer-encoding/i);
  assert.match(answer, /\r\n\r\none two$/);
});

test('TLS to the upstream is verified against the CA that is named, by address and by name', async () => {
  for (const name of ['tls', 'tlsname']) {
    const answer = await send(holdfast.agentUrl, { path: `/${name}/echo`, body: '{"over":"tls"}' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.text, '{"over":"tls"}');
  }
  const before = secure.requests.length;
  const refused = await send(holdfast.agentUrl, { path: '/untrusted/echo', body: '{}' });
  assert.equal(refused.status, 502);
  assert.equal(refused.json.reason_code, 'upstream_failed');
  assert.equal(secure.requests.length, before);
});

// Answers that break the framing rules: the call ends as unknown, and the connection is not used again.
const broken = {
  'an answer that ends in the middle': 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
  'no answer at all': '',
  'Content-Length with Transfer-Encoding': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'an unknown transfer coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  'a 101': 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  'nine interim answers': `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
  'something that is no HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
};

test('a broken answer is an unknown outcome, named in the receipt, and not retried', async (t) => {
  let bytes = '', connections = 0;
  const server = createTcpServer((socket) => {
    ++connections;
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const house = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'bad', protocol: 'http', url: `http://127.0.0.1:${server.address().port}`, path: '/bad/' }],
      rules: [{ tool: '**', action: 'allow' }],
    }),
  );
  for (const [name, answer] of Object.entries(broken)) {
    await t.test(name, async () => {
      bytes = answer;
      const before = connections;
      const got = await send(house.agentUrl, { path: '/bad/x', body: '{}' }).catch((error) => error);
      // When the answer's head was passed on already, all that is left is to break off.
      if (!(got instanceof Error)) {
        assert.equal(got.status, 504, got.text);
        assert.equal(got.json.reason_code, 'outcome_unknown');
        assert.equal(got.json.retry, 'never');
      }
      assert.equal(connections, before + 1);
    });
  }
  const states = await until('the receipts', async () => {
    const receipts = (await house.receipts()).filter((entry) => entry.kind === 'receipt');
    return receipts.length === Object.keys(broken).length && receipts.map((entry) => entry.outcome.state);
  });
  assert.deepEqual([...new Set(states)], ['outcome_unknown']);
  await house.stop();
  server.close();
});

test('a smuggled second answer reaches nobody', async () => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const house = await Holdfast.start(
    await makeConfig({
      upstreams: [{ name: 'bad', protocol: 'http', url: `http://127.0.0.1:${server.address().port}`, path: '/bad/' }],
      rules: [{ tool: '**', action: 'allow' }],
    }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 4; ++i) {
    const got = await send(house.agentUrl, { path: '/bad/x', body: '{}', agent }).catch((error) => error);
    if (!(got instanceof Error)) assert.ok(!got.text.includes('forged'), got.text);
  }
  agent.destroy();
  await house.stop();
  server.close();
});

test('the log verifies', async () => {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
