// Paths made by chance, through the program to servers that route by the same OpenAPI document: Express, in its own way
// and strictly, with the concrete routes first. Whatever they take for a listed tool is that tool to us, is refused, or is
// <upstream>.http.<method>: never another tool that a rule allows. (Two listed paths that only a slash or case tells apart
// are two tools, which `check` warns of.)
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { raw, statusOf } from './support/http.mjs';
import { packages } from './support/packages.mjs';
import { tempFolder } from './support/ports.mjs';
import { startUpstream } from './support/upstream.mjs';

const express = packages('express');
const count = 1500;

// mulberry32: the same paths in every run.
function dice(seed) {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const templates = [
  '/', '/users', '/users/me', '/users/{id}', '/users/{id}/posts', '/users/me/{part}', '/users/{id}/posts/{post}',
  '/users/{id}/posts/latest', '/{any}', '/{any}/posts', '/posts/{id}', '/posts/new', '/v1/posts', '/v1/{kind}/{id}',
];
const words = ['users', 'me', 'posts', 'latest', 'new', 'v1', '7', 'x'];
const spoilers = [
  (word) => word.toUpperCase(), (word) => word[0].toUpperCase() + word.slice(1), (word) => `${word}.json`, (word) => `${word};a=b`,
  (word) => `%${word.charCodeAt(0).toString(16)}${word.slice(1)}`, (word) => `${word}%20`, (word) => `${word}%2F`, (word) => `${word}.`,
  (word) => `./${word}`, (word) => `x/../${word}`, (word) => `/${word}`, (word) => `${word}%3Fx`, (word) => word.replace('s', '%C5%BF'),
  (word) => word.replace('e', '\uff45').replace('\uff45', '%EF%BD%85'), (word) => `${word}\\`,
];

function makePath(roll) {
  const segments = Array.from({ length: 1 + roll(4) }, () => words[roll(words.length)]);
  if (roll(3) > 0) {
    const at = roll(segments.length);
    segments[at] = spoilers[roll(spoilers.length)](segments[at]);
  }
  return `/${segments.join('/')}${['', '', '', '/', '//', '?id=7'][roll(6)]}`;
}

const document = {
  openapi: '3.0.3',
  paths: Object.fromEntries(templates.map((template, i) => [template, { get: { operationId: `t${i}` } }])),
};

// Fewer parameters first, as the specification says of concrete paths.
function serve(options) {
  const router = express.Router(options);
  const parameters = (template) => template.split('{').length;
  for (const template of [...templates].sort((a, b) => parameters(a) - parameters(b))) {
    router.get(template.replace(/\{(\w+)\}/g, ':$1'), (request, response) => response.set('x-ran', `t${templates.indexOf(template)}`).end('ran'));
  }
  const app = express();
  app.use(router);
  return app;
}

const servers = { plain: {}, strict: { strict: true, caseSensitive: true } };
const upstreams = {};
let holdfast;

before(async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'api.json'), JSON.stringify(document));
  for (const [name, options] of Object.entries(servers)) {
    const app = serve(options);
    upstreams[name] = await startUpstream((request, response) => app(request, response));
  }
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: Object.keys(servers).map((name) => ({ name, protocol: 'http', url: upstreams[name].url, path: `/${name}/`, openapi: 'api.json' })),
      rules: [{ tool: '**', action: 'allow' }],
    }),
    folder,
  );
});

after(async () => {
  await holdfast?.stop();
  Object.values(upstreams).forEach((server) => server.close());
});

// What became of each call: {path, ran, call}.
async function ask(name) {
  const roll = dice(20261122);
  const answers = [];
  for (let i = 0; i < count; ++i) {
    const path = makePath(roll);
    const answer = await raw(holdfast.agentPort, `GET /${name}${path} HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nConnection: close\r\n\r\n`);
    answers.push({ path, status: statusOf(answer), ran: /^x-ran: (\w+)/im.exec(answer)?.[1], call: /^holdfast-call: (\S+)/im.exec(answer)?.[1] });
  }
  return answers;
}

for (const name of Object.keys(servers)) {
  test(`Express, ${name}`, async () => {
    const answers = await ask(name);
    const tools = new Map((await holdfast.receipts(undefined, 1000)).filter((entry) => entry.kind === 'receipt').map((entry) => [entry.call, entry.request.tool]));
    let ran = 0;
    for (const { path, ran: operation, call } of answers) {
      if (!operation || !tools.has(call)) continue;
      ++ran;
      assert.ok([`${name}.${operation}`, `${name}.http.get`].includes(tools.get(call)), `${path} ran ${operation}, and was judged as ${tools.get(call)}`);
    }
    const named = new Set(answers.filter(({ ran: operation }) => operation).map(({ ran: operation }) => operation));
    assert.ok(ran > 50 && named.size > 8, `the paths reach what they are about: ${ran} calls of ${named.size} tools`);
    assert.ok(answers.some(({ status }) => status === 400));
  });
}
