// Paths made by chance, from templates that servers are made of too, and what a program that routes by them may run: whatever
// a server takes for a listed tool is that tool to us, is refused, or is <upstream>.http.<method>: never another tool that a
// rule allows.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Holdfast, makeConfig } from './holdfast.mjs';
import { raw, statusOf } from './http.mjs';
import { tempFolder } from './ports.mjs';

// mulberry32: the same paths in every run.
function dice(seed) {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

// The last two differ from others only in case and in a slash: neither of such a pair is ever run.
export const templates = [
  '/', '/users', '/users/me', '/users/{id}', '/users/{id}/posts', '/users/me/{part}', '/users/{id}/posts/{post}',
  '/users/{id}/posts/latest', '/{any}', '/{any}/posts', '/posts/{id}', '/posts/new', '/v1/posts', '/v1/{kind}/{id}', '/V1/posts', '/posts/latest/', '/posts/latest',
];
const words = ['users', 'me', 'posts', 'latest', 'new', 'v1', 'V1', '7', 'x'];
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

export const document = {
  openapi: '3.0.3',
  paths: Object.fromEntries(templates.map((template, i) => [template, { get: { operationId: `t${i}` } }])),
};

// Fewer parameters first, as the specification says of concrete paths.
const parameters = (template) => template.split('{').length;
export const byConcreteness = [...templates].sort((a, b) => parameters(a) - parameters(b));
export const nameOf = (template) => `t${templates.indexOf(template)}`;

// Before upstreams that answer with `x-ran: <name>` of the tool they ran: {name: url}.
export async function startBefore(upstreams) {
  const folder = tempFolder();
  writeFileSync(join(folder, 'api.json'), JSON.stringify(document));
  return Holdfast.start(
    await makeConfig({
      upstreams: Object.entries(upstreams).map(([name, url]) => ({ name, protocol: 'http', url, path: `/${name}/`, openapi: 'api.json' })),
      rules: [{ tool: '**', action: 'allow' }],
    }),
    folder,
  );
}

// Asks one upstream for many paths, and holds what it ran against what the receipts say was judged.
export async function compare(holdfast, name, count = 1500) {
  const roll = dice(20261122);
  const answers = [];
  for (let i = 0; i < count; ++i) {
    const path = makePath(roll);
    const answer = await raw(holdfast.agentPort, `GET /${name}${path} HTTP/1.1\r\nHost: 127.0.0.1:${holdfast.agentPort}\r\nConnection: close\r\n\r\n`);
    answers.push({ path, status: statusOf(answer), ran: /^x-ran: (\w+)/im.exec(answer)?.[1], call: /^holdfast-call: (\S+)/im.exec(answer)?.[1] });
  }
  const entries = await holdfast.receipts(undefined, 1000);
  const tools = new Map(entries.filter((entry) => entry.kind === 'receipt').map((entry) => [entry.call, entry.request.tool]));
  let ran = 0;
  for (const { path, ran: operation, call } of answers) {
    if (!operation || !tools.has(call)) continue;
    ++ran;
    assert.ok([`${name}.${operation}`, `${name}.http.get`].includes(tools.get(call)), `${path} ran ${operation}, and was judged as ${tools.get(call)}`);
  }
  const named = new Set(answers.filter(({ ran: operation }) => operation).map(({ ran: operation }) => operation));
  assert.ok(ran > 50 && named.size > 8, `the paths reach what they are about: ${ran} calls of ${named.size} tools`);
  assert.ok(answers.some(({ status }) => status === 400));
}
