// Parameters and headers that the rules know by one name and the server behind by several: whatever Express (with qs and with
// querystring), URLSearchParams and Python's WSGI server read as the value that a rule denies does not arrive, and what they read as something else
// than the value it allows does not either. What PHP, Rack, Rails, Spring and Zope read besides is in
// tests/policy/parameter_name_test.cpp.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { packages } from './support/packages.mjs';
import { startUpstream } from './support/upstream.mjs';
import { startWsgi } from './support/wsgi.mjs';

const express = packages('express');
const form = { 'content-type': 'application/x-www-form-urlencoded' };
let servers, holdfast;

function expressThatReads(parser) {
  const app = express();
  app.set('query parser', parser);
  app.use(express.json(), express.urlencoded({ extended: parser === 'extended' }));
  app.use((request, response) => response.json({ query: request.query, body: request.body, x_env: request.headers['x-env'] }));
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const close = () => (server.close(), server.closeAllConnections());
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}

// A server without a framework: URLSearchParams is the platform's own reader.
const plainServer = () =>
  startUpstream((request, response, body) => {
    const read = (text) => Object.fromEntries(new URLSearchParams(text));
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ query: read(query), body: read(String(body)), x_env: request.headers['x-env'] }));
  });

const is = (value) => ({ eq: value, missing: false });
before(async () => {
  servers = { qs: await expressThatReads('extended'), querystring: await expressThatReads('simple'), wsgi: await startWsgi(), params: await plainServer() };
  const tools = [
    { name: 'list', match: 'GET /v1/list' },
    { name: 'only', match: 'GET /v1/only' },
    { name: 'mapped', match: 'GET /v1/mapped', args: { role: 'query.role' } },
    { name: 'form', match: 'POST /v1/form', body: 'form' },
    { name: 'only-form', match: 'POST /v1/only-form', body: 'form' },
    { name: 'pay', match: 'POST /v1/pay', body: 'form', args: { to: 'body.payee' } },
    { name: 'stage', match: 'GET /v1/stage' },
  ];
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: Object.entries(servers).map(([name, { url }]) => ({ name, protocol: 'http', url, path: `/${name}/`, tools })),
      rules: [
        { tool: '*.list', action: 'deny', when: { 'http.query.role': is('admin') } },
        { tool: '*.list', action: 'allow' },
        { tool: '*.only', action: 'allow', when: { 'http.query.role': 'user' } },
        { tool: '*.mapped', action: 'deny', when: { 'args.role': is('admin') } },
        { tool: '*.mapped', action: 'allow' },
        { tool: '*.form', action: 'deny', when: { any: [{ 'args.role': is('admin') }, { 'args.user.role': is('admin') }] } },
        { tool: '*.form', action: 'allow' },
        { tool: '*.only-form', action: 'allow', when: { 'body.role': 'user' } },
        { tool: '*.pay', action: 'allow', when: { 'args.to': 'acme' } },
        { tool: '*.stage', action: 'deny', when: { 'http.header.X-Env': is('prod') } },
        { tool: '*.stage', action: 'allow' },
      ],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  Object.values(servers ?? {}).forEach((server) => server.close());
});

const get = (query) => ({ method: 'GET', path: `?${query}` });
const post = (body, query = '') => ({ path: query && `?${query}`, headers: form, body });
const at = (path, request) => ({ ...request, path: path + request.path });
// What the server reads when nobody stands before it, and the status when we do.
const read = async (name, request) => JSON.parse((await send(servers[name].url, at('/', request))).text);
const status = async (name, tool, request) => (await send(holdfast.agentUrl, at(`/${name}/v1/${tool}`, request))).status;
// A reader may give a list or an object where it takes one for it.
const tells = (value) => JSON.stringify(value ?? null);

const spellings = [
  'role=admin', '[role]=admin', '%5Brole%5D=admin', '%5brole]=admin', '[role=admin', 'role]=admin', '[[role]]=admin', '[][role]=admin',
  'role[]=admin', 'role[0]=admin', 'role[x]=admin', 'role[=admin', 'role.x=admin', '.role=admin', '+role=admin', 'role+=admin',
  '%20role=admin', 'Role=admin', 'r%6fle=admin', 'r%6Fle[]=admin', '[r%6fle]=admin', '[role][]=admin', '[role][x]=admin', '!role=admin', '?role=admin',
  'a=1;role=admin', 'a=1;[role]=admin', 'role=user;role=admin', 'role=admin;x', 'roles=admin', '_role=admin', 'x[role]=admin',
];
const besides = spellings.flatMap((one) => [`x=1&${one}`, `role=user&${one}`, `${one}&role=user`]);

// Each that the server reads the denied value of must be denied; `least` says that there are such.
async function denied(name, tool, wrap, reading, least) {
  let found = 0;
  for (const text of [...spellings, ...besides]) {
    if (!tells(reading(await read(name, wrap(text)))).includes('admin')) continue;
    ++found;
    assert.equal(await status(name, tool, wrap(text)), 403, `${name} ${tool} ${text}`);
  }
  assert.ok(found >= least, `${name} reads it of ${found}`);
}

// Each that the server does not read as just this value must not be allowed.
async function notAllowed(name, tool, wrap, reading, least) {
  let found = 0;
  for (const text of [...spellings, ...besides]) {
    if (['"user"', '["user"]'].includes(tells(reading(await read(name, wrap(text)))))) continue;
    ++found;
    assert.equal(await status(name, tool, wrap(text)), 403, `${name} ${tool} ${text}`);
  }
  assert.ok(found >= least, `${name} reads another of ${found}`);
}

const rows = Object.entries({ qs: 40, querystring: 8, wsgi: 8, params: 8 });

test('[role]=admin in the query, in every spelling that the server reads as role', async () => {
  for (const [name, least] of rows) {
    await denied(name, 'list', get, ({ query }) => query.role, least);
    await denied(name, 'mapped', get, ({ query }) => query.role, least);
    await notAllowed(name, 'only', get, ({ query }) => query.role, least);
  }
});

test('[role]=admin in a form, in every spelling that the server reads as role', async () => {
  for (const [name, least] of rows) {
    await denied(name, 'form', post, ({ body }) => body.role, least);
    await notAllowed(name, 'only-form', post, ({ body }) => body.role, least);
  }
});

test('user[role]=admin in a form, where the rule reads user.role', async () => {
  for (const text of ['user[role]=admin', '[user][role]=admin', 'user[role][]=admin', 'user[x]=1&user[role]=admin']) {
    assert.ok(tells((await read('qs', post(text))).body.user).includes('admin'), text);
    assert.equal(await status('qs', 'form', post(text)), 403, text);
  }
});

test('mode=x;role=admin, for servers that separate by semicolons', async () => {
  for (const text of ['mode=x;role=admin', 'mode=x;a=1&b=2;[role]=admin', 'mode;+role=admin']) {
    assert.equal(await status('qs', 'list', get(text)), 403, text);
    assert.equal(await status('qs', 'form', post(text)), 403, text);
  }
});

test('a query that names what an argument of another name is taken from', async () => {
  const evil = post('payee=acme', 'payee=EVIL');
  assert.deepEqual((await read('wsgi', evil)).body.payee, ['acme', 'EVIL']);
  assert.equal(await status('wsgi', 'pay', post('payee=acme')), 200);
  for (const query of ['payee=EVIL', '[payee]=EVIL', 'payee[]=EVIL', 'x=1;payee=EVIL']) {
    assert.equal(await status('wsgi', 'pay', post('payee=acme', query)), 403, query);
  }
});

test('X_Env where the rule reads X-Env', async () => {
  const stage = (headers) => ({ method: 'GET', path: '', headers });
  for (const headers of [{ 'X-Env': 'prod' }, { X_Env: 'prod' }, { x_env: 'prod' }, { 'X-Env': 'dev', X_Env: 'prod' }]) {
    assert.match((await read('wsgi', stage(headers))).x_env, /prod/);
    assert.equal(await status('wsgi', 'stage', stage(headers)), 403, tells(headers));
  }
  for (const headers of [{}, { 'X-Env': 'dev' }, { X_Environment: 'prod' }, { 'X-Env-2': 'prod' }]) {
    assert.equal(await status('wsgi', 'stage', stage(headers)), 200, tells(headers));
  }
});

test('role behind a thousand others, of which some servers read no more', async () => {
  const behind = (one) => `${'&'.repeat(1000)}${one}`;
  assert.equal((await read('qs', get(behind('role=user')))).query.role, undefined, 'qs reads a thousand, empty ones too');
  for (const name of Object.keys(servers)) {
    assert.equal(await status(name, 'only', get(behind('role=user'))), 403, name);
    assert.equal(await status(name, 'list', get(behind('role=admin'))), 403, name);
    for (const one of [behind('role=user'), `role=user${behind('')}`, `role=user${behind('').replaceAll('&', ';')}`])
      assert.equal(await status(name, 'only-form', post(one)), 403, name);
    assert.equal(await status(name, 'only-form', post(`role=user${'&'.repeat(999)}`)), 200, name);
    assert.equal(await status(name, 'list', get(behind('other=admin'))), 200, name);
  }
});

test('what no rule reads changes nothing', async () => {
  const ordinary = ['', 'x=1', 'items[]=1&items[]=2', 'a=1&a=2', 'filter[status]=open', 'sort.by=x', 'ids=1;2;3', 'note=%3Brole=admin', 'roles=admin',
    'role_id=7', '_role=1', 'x[role]=admin', 'q=role=admin', 'role-x=admin'];
  for (const text of ordinary) {
    for (const name of Object.keys(servers)) {
      for (const [tool, wrap] of [['list', get], ['mapped', get], ['form', post]]) assert.equal(await status(name, tool, wrap(text)), 200, `${name} ${tool} ${text}`);
      const user = `role=user&${text}`;
      assert.equal(await status(name, 'only', get(user)), 200, `${name} ${user}`);
      assert.equal(await status(name, 'only-form', post(user)), 200, `${name} ${user}`);
      assert.equal(await status(name, 'pay', post(`payee=acme&${text}`, text)), 200, `${name} pay ${text}`);
    }
  }
});
