// An upstream and the policy before it, both made from one OpenAPI document: rules over arguments that come from path,
// query and body, and a server that routes by the document's paths.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { startUpstream } from './support/upstream.mjs';

const text = { type: 'string' };
const inPath = (name) => ({ name, in: 'path', required: true, schema: text });
const json = (schema) => ({ content: { 'application/json': { schema } } });

const document = {
  openapi: '3.1.0',
  info: { title: 'CRM', version: '1' },
  servers: [{ url: 'https://crm.example.com/v1/' }],
  paths: {
    '/users/me': { get: { operationId: 'users/me' } },
    '/users/export': { get: {} },
    '/users/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: { operationId: 'users/get', parameters: [{ name: 'view', in: 'query', schema: text }] },
      put: { operationId: 'users/put', requestBody: json({ $ref: '#/components/schemas/User' }) },
    },
    '/users/{id}/refunds': {
      post: {
        operationId: 'refund',
        parameters: [inPath('id')],
        requestBody: json({ required: ['amount'], properties: { amount: { type: 'number' }, note: text } }),
      },
    },
    '/payments': {
      post: {
        operationId: 'pay',
        requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { properties: { currency: text } } } } },
      },
    },
  },
  components: {
    parameters: { Id: inPath('id') },
    schemas: { User: { properties: { id: text, name: text, role: text } } },
  },
};

// What the document says a request is for: of the paths that fit, the one with the fewest parameters.
function operationOf(method, url) {
  const path = new URL(url, 'http://x').pathname.replace('/v1', '');
  const fitting = Object.keys(document.paths).filter((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  const [template] = fitting.sort((a, b) => a.split('{').length - b.split('{').length);
  const operation = template && document.paths[template][method.toLowerCase()];
  return operation && (operation.operationId ?? 'nameless');
}

let upstream, holdfast, folder;

before(async () => {
  upstream = await startUpstream((request, response) => {
    const operation = operationOf(request.method, request.url);
    response.writeHead(operation ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ operation }));
  });
  folder = tempFolder();
  mkdirSync(join(folder, 'apis'));
  writeFileSync(join(folder, 'apis', 'crm.json'), JSON.stringify(document, null, '\t'));
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [{
        name: 'crm', protocol: 'http', url: upstream.url, path: '/crm/', openapi: 'apis/crm.json',
        tools: [{ name: 'refund', operation: 'FINANCIAL', args: { customer: 'path.id' } }],
      }],
      rules: [
        { tool: 'crm.users.get', action: 'deny', when: { 'args.view': { eq: 'secrets', missing: false } }, reason: 'no secrets' },
        { tool: 'crm.users.get', action: 'allow', when: { 'args.id': { ne: '1' } } },
        { tool: 'crm.users.me', action: 'allow' },
        { tool: 'crm.users.put', action: 'deny', when: { 'args.role': { exists: true } }, reason: 'no roles' },
        { tool: 'crm.users.put', action: 'allow', when: { 'args.id': '7' } },
        { tool: 'crm.users.put', action: 'allow', when: { 'path.id': '8', 'body.id': { in: ['8'], missing: true } } },
        { tool: '*', action: 'allow', when: { operation: 'FINANCIAL', 'args.customer': '7', 'args.amount': { lte: 100 } } },
        { tool: 'crm.pay', action: 'deny', when: { 'args.admin': { eq: 'true', missing: false } } },
        { tool: 'crm.pay', action: 'allow', when: { 'args.currency': 'EUR' } },
      ],
    }),
    folder,
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

// The operation that ran, or the status of the refusal.
async function call(method, path, body, type = 'application/json') {
  const before = upstream.requests.length;
  const answer = await send(holdfast.agentUrl, { method, path: `/crm/v1${path}`, body, headers: body === undefined ? {} : { 'content-type': type } });
  if (answer.status !== 200) assert.equal(upstream.requests.length, before, 'a refused call does not arrive');
  return answer.status === 200 ? answer.json.operation : answer.status;
}

test('check reads the document, and names what is no tool', async () => {
  const { code, stdout, stderr } = await holdfast.cli('check');
  assert.equal(code, 0, stderr);
  assert.match(stdout + stderr, /crm\.json:\d+:\d+: warning: no tool, for want of an operationId: GET \/v1\/users\/export/);
});

test('arguments come from path and query', async () => {
  assert.equal(await call('GET', '/users/7'), 'users/get');
  assert.equal(await call('GET', '/users/7?view=names'), 'users/get');
  assert.equal(await call('GET', '/users/1'), 403);
  assert.equal(await call('GET', '/users/7?view=secrets'), 403);
  assert.equal(await call('GET', '/users/7?view=names&view=secrets'), 403);
  assert.equal(await call('GET', '/users/7?id=1'), 403);
});

test('arguments come from the body, also those that the document does not name', async () => {
  assert.equal(await call('POST', '/users/7/refunds', '{"amount": 100}'), 'refund');
  assert.equal(await call('POST', '/users/7/refunds', '{"amount": 101}'), 403);
  assert.equal(await call('POST', '/users/8/refunds', '{"amount": 100}'), 403);
  assert.equal(await call('POST', '/users/7/refunds', '{"amount": "100"}'), 403);
  assert.equal(await call('POST', '/users/7/refunds', '{"amount": 100, "customer": "9"}'), 403);
  assert.equal(await call('POST', '/payments', 'currency=EUR', 'application/x-www-form-urlencoded'), 'pay');
  assert.equal(await call('POST', '/payments', 'currency=USD', 'application/x-www-form-urlencoded'), 403);
  assert.equal(await call('POST', '/payments', 'currency=EUR&admin=true', 'application/x-www-form-urlencoded'), 403);
  assert.equal(await call('POST', '/payments', '{"currency": "EUR"}'), 403);
});

test('a name that stands in path and body is unknown as an argument', async () => {
  assert.equal(await call('PUT', '/users/7', '{"name": "a"}'), 403);
  assert.equal(await call('PUT', '/users/8', '{"name": "a"}'), 'users/put');
  assert.equal(await call('PUT', '/users/8', '{"name": "a", "id": "8"}'), 'users/put');
  assert.equal(await call('PUT', '/users/8', '{"name": "a", "id": "1"}'), 403);
  assert.equal(await call('PUT', '/users/8', '{"name": "a", "role": "admin"}'), 403);
});

test('the concrete path wins, and an operation without a name is no other tool', async () => {
  assert.equal(await call('GET', '/users/me'), 'users/me');
  assert.equal(await call('GET', '/users/export'), 403);
  assert.equal(await call('GET', '/users/Export'), 400);
  assert.equal(await call('GET', '/users/me/'), 400);
  assert.equal(await call('HEAD', '/users/7'), 403);
});

test('a changed document is another policy, and one that cannot be read does not start', async () => {
  const digest = async () => {
    const { headers } = await send(holdfast.agentUrl, { method: 'GET', path: '/crm/v1/users/1' });
    const [receipt] = await holdfast.receipts(headers['holdfast-call']);
    return receipt.decision.policy;
  };
  const write = (text) => writeFileSync(join(folder, 'apis', 'crm.json'), text);
  const first = await digest();
  await holdfast.stop();
  write(JSON.stringify({ ...document, info: { title: 'CRM', version: '2' } }));
  await holdfast.start();
  assert.notEqual(await digest(), first);
  await holdfast.stop();
  write('{"openapi": "3.1.0",\n "paths": {"/a": {"$ref": "https://example.com/a"}}}');
  const { code, stderr } = await holdfast.cli('run');
  assert.notEqual(code, 0);
  assert.match(stderr, /crm\.json:2:27: this `\$ref` leads to another file or a URL/);
});
