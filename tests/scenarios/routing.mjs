// Paths made by chance, through the program to servers that route by the same OpenAPI document (support/paths.mjs): Express, in
// its own way and strictly; Go's ServeMux; nginx, with exact locations and with careless ones.
import test, { after, before } from 'node:test';
import { startMux } from './support/mux.mjs';
import { startRoutingNginx } from './support/nginx.mjs';
import { packages } from './support/packages.mjs';
import { byConcreteness, compare, nameOf, startBefore } from './support/paths.mjs';
import { startUpstream } from './support/upstream.mjs';

const express = packages('express');
let servers, holdfast;

async function startExpress(options) {
  const router = express.Router(options);
  for (const template of byConcreteness)
    router.get(template.replace(/\{(\w+)\}/g, ':$1'), (request, response) => response.set('x-ran', nameOf(template)).end('ran'));
  const app = express();
  app.use(router);
  return startUpstream((request, response) => app(request, response));
}

before(async () => {
  servers = {
    express: await startExpress({}),
    express_strict: await startExpress({ strict: true, caseSensitive: true }),
    mux: await startMux(),
    nginx: await startRoutingNginx(byConcreteness.map((template) => [template, nameOf(template)]), false),
    nginx_careless: await startRoutingNginx(byConcreteness.map((template) => [template, nameOf(template)]), true),
  };
  holdfast = await startBefore(Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, server.url])));
});

after(async () => {
  await holdfast?.stop();
  Object.values(servers ?? {}).forEach((server) => server.close());
});

test('express', () => compare(holdfast, 'express'));
test('express_strict', () => compare(holdfast, 'express_strict'));
test('mux', () => compare(holdfast, 'mux'));
test('nginx', () => compare(holdfast, 'nginx'));
test('nginx_careless', () => compare(holdfast, 'nginx_careless'));
