// A server that reads path, query and body as one, as PHP's $_REQUEST, Flask's `values`, Rails and Laravel do, each in an order of its
// own: here Express, which is made to merge them in either order. Whatever it reads as another value than the rule allows does not
// arrive, and what says the same everywhere does.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { packages } from './support/packages.mjs';

const express = packages('express');
const form = 'application/x-www-form-urlencoded';
const json = 'application/json';
let servers, holdfast;

function expressThatMerges(merge) {
  const app = express();
  app.set('query parser', 'extended');
  app.use(express.json(), express.urlencoded({ extended: true }));
  const answer = (request, response) => response.json(merge(request.params, request.query, request.body ?? {}));
  app.all('/v1/:verb/:id', answer);
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const close = () => (server.close(), server.closeAllConnections());
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}

before(async () => {
  servers = {
    'body-last': await expressThatMerges((params, query, body) => ({ ...params, ...query, ...body })),
    'query-last': await expressThatMerges((params, query, body) => ({ ...params, ...body, ...query })),
    'path-last': await expressThatMerges((params, query, body) => ({ ...query, ...body, ...params })),
  };
  const tools = [
    { name: 'query', match: 'POST /v1/query/{at}' },
    { name: 'mapped', match: 'POST /v1/mapped/{at}', body: 'form', args: { q: 'query.role' } },
    { name: 'path', match: 'PUT /v1/path/{id}' },
    { name: 'member', match: 'POST /v1/member/{role}' },
    { name: 'denied', match: 'POST /v1/denied/{at}' },
  ];
  holdfast = await Holdfast.start(
    await makeConfig({
      limits: { body: 65536 },
      upstreams: Object.entries(servers).map(([name, { url }]) => ({ name, protocol: 'http', url, path: `/${name}/`, tools })),
      rules: [
        { tool: '*.query', action: 'allow', when: { 'http.query.role': 'user' } },
        { tool: '*.mapped', action: 'allow', when: { 'args.q': 'user' } },
        { tool: '*.path', action: 'allow', when: { 'path.id': '5' } },
        { tool: '*.member', action: 'allow', when: { 'body.role': 'user' } },
        { tool: '*.denied', action: 'deny', when: { 'query.role': { eq: 'admin', missing: false } } },
        { tool: '*.denied', action: 'allow' },
      ],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  Object.values(servers ?? {}).forEach((server) => server.close());
});

const call = (method, path, type, body) => ({ method, path, headers: type ? { 'content-type': type } : {}, body });
const at = (prefix, request) => ({ ...request, path: prefix + request.path });
const merged = async (name, request) => JSON.parse((await send(servers[name].url, request)).text);
const status = async (name, request) => (await send(holdfast.agentUrl, at(`/${name}`, request))).status;

// Each of them is read as something else than the rule allows by one of the servers, and arrives at none.
async function neverPasses(field, good, requests) {
  for (const request of requests) {
    const seen = await Promise.all(Object.keys(servers).map(async (name) => (await merged(name, request))[field]));
    assert.ok(seen.some((value) => String(value) !== good), `${JSON.stringify(request)} is read as ${seen}`);
    for (const name of Object.keys(servers)) assert.equal(await status(name, request), 403, `${name} ${JSON.stringify(request)}`);
  }
}

async function passes(requests) {
  for (const request of requests) {
    for (const name of Object.keys(servers)) assert.equal(await status(name, request), 200, `${name} ${JSON.stringify(request)}`);
  }
}

test('a query parameter that the body says otherwise', async () => {
  for (const tool of ['query', 'mapped']) {
    const post = (type, body) => call('POST', `/v1/${tool}/1?role=user`, type, body);
    await neverPasses('role', 'user', [post(form, 'role=admin'), post(form, 'x=1&role[]=admin'), post(form, 'r%6fle=admin'), post(json, '{"role":"admin"}')]);
    await passes([post(form, 'x=1'), post(form, 'role=user&roles=admin')]);
  }
  await passes([call('POST', '/v1/query/1?role=user', json, '{"role":"user","n":1}'), call('POST', '/v1/query/1?role=user')]);
});

test('a path variable that query or body says otherwise', async () => {
  const put = (query, type, body) => call('PUT', `/v1/path/5${query}`, type, body);
  await neverPasses('id', '5', [put('?id=6'), put('?id[]=6'), put('', json, '{"id":6}'), put('', json, '{"id":"6"}'), put('', form, 'id=6')]);
  await passes([put(''), put('?id=5'), put('?page=2', json, '{"id":5,"name":"x"}'), put('', json, '{"name":"x"}'), put('', form, 'id=5')]);
});

test('a member of the body that query or path says otherwise', async () => {
  const post = (path, query, body) => call('POST', `/v1/member/${path}${query}`, json, body);
  await neverPasses('role', 'user', [post('user', '?role=admin', '{"role":"user"}')]);
  for (const name of Object.keys(servers)) assert.equal(await status(name, post('admin', '', '{"role":"user"}')), 403, name);
  await passes([post('user', '?role=user&page=1', '{"role":"user"}')]);
});

test('a parameter that a rule denies, put into the body instead', async () => {
  const post = (query, body) => call('POST', `/v1/denied/1${query}`, json, body);
  await neverPasses('role', '', [post('', '{"role":"admin"}'), post('?role=user', '{"role":"admin"}')]);
  await passes([post('', '{"n":1}'), post('?role=user', '{"n":1}')]);
});

test('a body in which no server looks for parameters streams, and one that is not read is unknown', async () => {
  const large = 'x'.repeat(200_000);
  await passes([call('PUT', '/v1/path/5', 'application/octet-stream', large), call('PUT', '/v1/path/5', 'text/plain', 'id=6')]);
  for (const name of Object.keys(servers)) {
    assert.equal(await status(name, call('PUT', '/v1/path/5', json, JSON.stringify({ x: large }))), 403);
    const parts = '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n';
    assert.equal(await status(name, call('PUT', '/v1/path/5', 'multipart/form-data; boundary=b', parts)), 403);
  }
});
