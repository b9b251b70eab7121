// One of each kind of spelling of a denied path and of a denied tool's name (tests/proxy/spellings.cpp makes the
// rest), through the real program: what arrives is read by Node as its frameworks read it, and is never the denied one.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw, statusOf } from './support/http.mjs';
import { post, refused, startToolServer, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';

let api, tools, holdfast;

before(async () => {
  api = await startUpstream();
  tools = await startToolServer();
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [
        { name: 'api', protocol: 'http', url: api.url, path: '/api/', tools: [{ name: 'send', match: 'POST /v1/send' }, { name: 'any', match: 'POST /v1/{what}' }] },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [{ tool: 'api.send', action: 'deny' }, { tool: 'mcp.send', action: 'deny' }, { tool: 'mcp.del*', action: 'deny' }, { tool: '**', action: 'allow' }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [api, tools].forEach((server) => server?.close());
});

const post1 = (target, method = 'POST') => `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

// Whether some reader would run `POST /v1/send` for this target: by URL (which resolves dots and backslashes), decoded
// once or twice, folded, without slashes, dots and spaces behind it.
function reachesSend(target) {
  const readings = [target, new URL(target, 'http://x').pathname];
  for (const reading of [...readings]) readings.push(decoded(reading), decoded(decoded(reading)));
  return readings.some((reading) => reading.normalize('NFKC').toLowerCase().replace(/[/\s.]+$/, '').replace(/\/+/g, '/') === '/v1/send');
}

const paths = [
  '/api/v1/send', '/api/v1/%73end', '/api/v1/%73%65%6e%64', '/api/v1/%53end', '/api/v1/Send', '/api/V1/SEND', '/%61pi/v1/send', 'http://HOST/api/v1/send',
  '/api/v1/./send', '/api/v1/x/../send', '/api/v1/%2e/send', '/api/v1/x/%2E%2e/send', '/api/v1/x/%252e%252e/send', '/api/v1/x/%EF%BC%8E%EF%BC%8E/send',
  '/api/v1/%2573end', '/api/v1/%252573end', '/api//v1/send', '/api/v1//send', '//api/v1/send', '/api/v1/send/', '/api/v1/send//', '/api/v1/send;a=b', '/api/v1;x/send', '/api/v1/send%3Ba=b',
  '/api/v1\\send', '/api/v1%5Csend', '/api/v1%2Fsend', '/api/v1%2fsend', '/api/v1%252Fsend', '/api/v1/x%2F..%2Fsend',
  '/api/v1/%C1%B3end', '/api/v1%C0%AFsend', '/api/v1/%u0073end', '/api/v1/send%00', '/api/v1/send%00.png', '/api/v1/se%0and', '/api/v1/send%09', '/api/v1/send%C2%85',
  '/api/v1/send%20', '/api/v1/%20send', '/api/v1/send.', '/api/v1/send..', '/api/v1/send.json', '/api/v1/send%2Ejson', '/api/v1./send', '/api/v1/send%3Fx', '/api/v1/send%23x', '/api/v1/send#x',
  '/api/v1/%EF%BD%93end', '/api/v1/%C5%BFend', '/api/v1/se%E2%80%8Bnd', '/api/v1/se%C2%ADnd', '/api/v1/%E2%80%AEsend', '/api/v1%EF%BC%8Fsend', '/api/v1/%F0%9D%90%AC%F0%9D%90%9End',
  '/api/v1/\xc5\xbfend', '/api/v1/se nd', '/api/v1/send ', '/api/v1/send?x=/../', '*',
];

test('no spelling of a denied path arrives', async (t) => {
  for (const path of paths) {
    await t.test(JSON.stringify(path), async () => {
      const before = api.requests.length;
      const answer = await raw(holdfast.agentPort, post1(path.replace('HOST', `127.0.0.1:${holdfast.agentPort}`)));
      assert.ok([400, 403, 404, 501].includes(statusOf(answer)), answer.slice(0, 300));
      assert.equal(api.requests.length, before);
    });
  }
  for (const method of ['post', 'Post', 'pOST']) {
    assert.equal(statusOf(await raw(holdfast.agentPort, post1('/api/v1/send', method))), 400, method);
  }
  assert.equal(api.requests.length, 0);
});

// Names of their own, to every reader: each arrives, and Node does not read the denied one out of it.
test('what is another path to every reader arrives as it was sent', async (t) => {
  for (const path of ['/v1/sends', '/v1/send-all', '/v1/s%D0%B5nd', '/v1/send%CC%81', '/v1/se%20nd', '/v1/send+', '/v1/a%40b:c', '/v1/%7Ename', '/v2/x%2Cy']) {
    await t.test(path, async () => {
      assert.equal(statusOf(await raw(holdfast.agentPort, post1(`/api${path}`))), 200);
      const { path: seen } = api.requests.at(-1);
      assert.equal(seen, path.replace('%7E', '~'));
      assert.ok(!reachesSend(seen), seen);
    });
  }
});

const s = (code) => String.fromCodePoint(code);
const names = [
  'send', 'Send', 'SEND', ' send', 'send ', '\tsend', 'send\n', 'send.', 'send..', '\u00a0send', 'send\u3000', 'send\u2028', 'send\u1680', 'send\u0085', 'send\u0000', 'se\u0001nd', 'send\u007f',
  's\u200bend', 's\u00adend', '\ufeffsend', 'send\u202e', '\u2066send', 'send\ufe0f', '\uff53end', '\u017fend', `${s(0x1d42c)}end`, '\u24e2end',
  'delete', 'Delete', 'DELETE_all', ' delete', 'd\u200belete', '\uff44elete',
];

test("no spelling of a denied tool's name arrives", async (t) => {
  for (const name of names) {
    await t.test(JSON.stringify(name), async () => {
      assert.ok(refused(await post(holdfast.agentUrl, '/mcp', toolCall(name))));
    });
  }
  const texts = {
    'escaped letters': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\u0073\\u0065nd"}}',
    'an escaped member': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"n\\u0061me":"send"}}',
    'a name twice': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list","name":"send"}}',
    'a name in another case': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list","Name":"send"}}',
    'params twice': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"},"params":{"name":"send"}}',
    'no params': '{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
    'params by position': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":["send"]}',
    'a batch': '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"send"}}]',
    'two messages': '{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"send"}}',
    'the method in another case': '{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"send"}}',
    'the method with a space': '{"jsonrpc":"2.0","id":1,"method":"tools/call ","params":{"name":"send"}}',
    'a result beside it': '{"jsonrpc":"2.0","id":1,"result":{},"method":"tools/call","params":{"name":"send"}}',
  };
  for (const [name, text] of Object.entries(texts)) {
    await t.test(name, async () => {
      assert.ok(refused(await post(holdfast.agentUrl, '/mcp', text)));
    });
  }
  assert.equal(tools.requests.length, 0);
  // A letter of another alphabet is another name: it arrives under it.
  assert.ok(!refused(await post(holdfast.agentUrl, '/mcp', toolCall('s\u0435nd'))));
  assert.notEqual(JSON.parse(tools.requests.at(-1).body).params.name, 'send');
});
