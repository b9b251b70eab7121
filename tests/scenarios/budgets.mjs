// Limits of rules over the sockets: exact under concurrency, over kill -9 and a reload, one reservation for a held
// call, and back what was not sent. The upstream counts.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { messageOf, post, startToolServer, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';
import { parse } from './support/prometheus.mjs';
import { pause, until } from './support/until.mjs';

const agents = { bot: 'agent-token-of-bot-0123456789', other: 'agent-token-of-other-01234567' };
const names = ['fifty', 'sum', 'asked', 'two', 'held', 'again', 'down', 'reloaded', 'killed'];
const limit = (name, more, action = 'allow') => ({ id: name, tool: `t.${name}`, action, reason: `Limited: ${name}`, limit: { per: '1h', by: 'agent', ...more } });
let upstream, slow, tools, holdfast;

async function config(rules) {
  return makeConfig({
    agents: Object.entries(agents).map(([id, token]) => ({ id, token, trust_tier: 3 })),
    upstreams: [
      { name: 't', protocol: 'http', url: upstream.url, path: '/t/', tools: names.map((name) => ({ name, match: `POST /${name}` })) },
      { name: 'gone', protocol: 'http', url: `http://127.0.0.1:${await freePort()}`, path: '/gone/', tools: [{ name: 'down', match: 'POST /down' }] },
      { name: 'slow', protocol: 'http', url: slow.url, path: '/slow/', tools: [{ name: 'work', match: 'POST /work' }] },
      { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
    ],
    rules,
    hold: { wait: '0s', redeem_ttl: '60s' },
    approvals: { timeout: '60s', plans: { default: { require: 1, from: ['lead'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } } },
    loops: 2,
  });
}

const rules = [
  limit('fifty', { calls: 50 }),
  limit('sum', { sum: 'args.amount', max: 1000 }),
  limit('asked', { sum: 'args.amount', max: 100, over: 'escalate' }),
  limit('two', { calls: 2 }),
  limit('held', { calls: 1 }, 'escalate'),
  { ...limit('again', { calls: 1 }, 'escalate'), plan: 'quick' },
  { ...limit('down', { calls: 1 }), tool: 'gone.down' },
  limit('reloaded', { calls: 3 }),
  limit('killed', { calls: 40 }),
  { ...limit('mcp', { calls: 1 }), tool: 'mcp.echo' },
  { ...limit('slow', { calls: 1 }), tool: 'slow.work' },
];

before(async () => {
  upstream = await startUpstream();
  slow = await startUpstream((request, response) => slow.requests.length > 1 && response.end('done'));
  tools = await startToolServer();
  holdfast = await Holdfast.start(await config(rules));
});

after(async () => {
  await holdfast?.stop();
  [upstream, slow, tools].forEach((server) => server?.close());
});

const call = (name, body = {}, { agent = 'bot', path = `/t/${name}`, headers = {} } = {}) =>
  send(holdfast.agentUrl, { path, headers: { 'holdfast-agent-token': agents[agent], ...headers }, body });
const many = (count, ask) => Promise.all(Array.from({ length: count }, (_, i) => ask(i)));
const approve = async (hold) => assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
const statuses = (answers) => answers.reduce((count, { status }) => ({ ...count, [status]: (count[status] ?? 0) + 1 }), {});
const receiptOf = (answer) => until('its receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call']))[0]);

function assertLimited(answer) {
  assert.equal(answer.status, 429, answer.text);
  assert.equal(answer.json.reason_code, 'limited');
  assert.equal(answer.json.decision, 'deny');
  assert.equal(answer.json.retry, 'later');
  assert.ok(Number(answer.headers['retry-after']) > 3000, answer.headers['retry-after']);
}

test('of 200 calls at once against a limit of 50, exactly 50 are sent', async () => {
  const answers = await many(200, (i) => call('fifty', { i }));
  assert.deepEqual(statuses(answers), { 200: 50, 429: 150 });
  assert.equal(upstream.count('/fifty'), 50);
  assertLimited(answers.find(({ status }) => status === 429));
  assert.equal((await call('fifty', {}, { agent: 'other' })).status, 200, 'another agent has room of its own');
});

test('a sum is exact under concurrency, and what does not fit leaves the room to what does', async () => {
  const answers = await many(40, () => call('sum', { amount: 30.3 }));
  assert.deepEqual(statuses(answers), { 200: 33, 429: 7 });
  assertLimited(await call('sum', { amount: 0.11 }));
  assert.equal((await call('sum', { amount: 0.1 })).status, 200);
  for (const amount of [-1000, '5', null, [1]]) assertLimited(await call('sum', { amount }));
  assertLimited(await call('sum', { amount: 1e-9 }));
});

test('the receipt names the limit and whether there was room, and the authorize entry was there before', async () => {
  const answers = [await call('two', { n: 1 }), await call('two', { n: 2 }), await call('two', { n: 3 })];
  assert.deepEqual(statuses(answers), { 200: 2, 429: 1 });
  const sent = await receiptOf(answers[0]);
  assert.deepEqual(sent.decision.limits, [{ amount: '1', room: true, rule: 'two' }]);
  assert.ok(sent.prev, 'an authorize entry stands before the receipt of what was sent');
  const refused = await receiptOf(answers[2]);
  assert.deepEqual(refused.decision.limits, [{ amount: '1', room: false, rule: 'two' }]);
  assert.equal(refused.outcome.state, 'limited');
  assert.equal(refused.decision.rule, 'two');
});

test('a call without room is escalated when the limit says so, joins its hold, and is run once', async () => {
  assert.equal((await call('asked', { amount: 100 })).status, 200);
  const held = await call('asked', { amount: 50 });
  assert.equal(held.status, 202);
  assert.equal((await call('asked', { amount: 50 })).headers.location, held.headers.location, 'the identical call joins it');
  await approve(await holdfast.pending((hold) => hold.tool === 't.asked'));
  assert.equal((await call('asked', { amount: 50 })).status, 200);
  assert.equal(upstream.count('/asked'), 2);
});

test('a held call takes room once, uses it when it is redeemed, and nobody else does', async () => {
  const first = await call('held', { n: 1 });
  assert.equal(first.status, 202);
  assertLimited(await call('held', { n: 2 }));
  assert.equal((await call('held', { n: 1 })).headers.location, first.headers.location);
  await approve(await holdfast.pending((hold) => hold.tool === 't.held'));
  assert.equal((await call('held', { n: 1 })).status, 200);
  assert.equal(upstream.count('/held'), 1);
  assertLimited(await call('held', { n: 2 }));
});

test('holds that are rejected or expire give their room back', async () => {
  assert.equal((await call('again', { n: 1 })).status, 202);
  assertLimited(await call('again', { n: 2 }));
  await holdfast.vote(await holdfast.pending((hold) => hold.tool === 't.again'), 'reject');
  const second = await call('again', { n: 2 });
  assert.equal(second.status, 202);
  assertLimited(await call('again', { n: 3 }));
  while ((await call('again', { n: 3 })).status === 429) await pause(100); // until its plan's second is over
  assert.equal(upstream.count('/again'), 0);
});

test('a call that did not reach its upstream gives its room back', async () => {
  for (let i = 0; i < 3; ++i) {
    const answer = await call('down', { i }, { path: '/gone/down' });
    assert.equal(answer.status, 502, answer.text);
  }
});

test('an MCP client is told in its own words', async () => {
  const headers = { 'holdfast-agent-token': agents.bot };
  const ask = async () => messageOf(await post(holdfast.agentUrl, '/mcp', toolCall('echo', { text: 'hello' }), { headers }));
  const [first, second] = [await ask(), await ask()];
  assert.equal(first.result.content[0].text, 'done');
  assert.equal(second.result.isError, true);
  assert.match(second.result.content[0].text, /^Limited: mcp\. Try again in \d+ seconds\.$/);
  assert.equal(second.result._meta['holdfast/refusal'].reason_code, 'limited');
});

test('new numbers after a reload count what was spent under the old ones', async () => {
  assert.deepEqual(statuses(await many(5, (i) => call('reloaded', { i }))), { 200: 3, 429: 2 });
  const changed = (calls) => ({ ...holdfast.config, rules: rules.map((rule) => (rule.id === 'reloaded' ? limit('reloaded', { calls }) : rule)) });
  const reload = async (config) => {
    const applied = async () => parse((await holdfast.api('GET', '/metrics', undefined, '')).body).value('holdfast_reloads_total', { result: 'applied' });
    const before = await applied();
    holdfast.write(config);
    holdfast.child.kill('SIGHUP');
    await until('the reload', async () => (await applied()) > before);
  };
  await reload(changed(5));
  assert.deepEqual(statuses(await many(5, (i) => call('reloaded', { i }))), { 200: 2, 429: 3 });
  await reload(changed(4));
  assertLimited(await call('reloaded'));
});

test('kill -9 while the upstream works: what it may have done keeps its room', async () => {
  const first = call('work', {}, { path: '/slow/work' }).catch(() => undefined);
  await until('the call to be there', () => slow.requests.length === 1);
  await holdfast.kill();
  await first;
  await holdfast.start();
  assertLimited(await call('work', {}, { path: '/slow/work' }));
  assert.equal(slow.requests.length, 1);
});

test('kill -9 at any moment: never more than the limit is sent, and nothing that was sent is forgotten', async () => {
  const sentBefore = () => upstream.count('/killed');
  let n = 0;
  for (const moment of [0, 1, 2, 4, 8, 16, 32]) {
    const asked = many(10, () => call('killed', { n: ++n }).catch(() => undefined));
    await pause(moment);
    await holdfast.kill();
    await asked;
    await holdfast.start();
    assert.ok(sentBefore() <= 40, `${sentBefore()} calls were sent`);
  }
  while ((await call('killed', { n: ++n })).status !== 429);
  const unknown = (await holdfast.receipts(undefined, 10_000)).filter(({ request, outcome }) => request.tool === 't.killed' && outcome.state === 'outcome_unknown');
  assert.ok(sentBefore() <= 40, `${sentBefore()} calls were sent`);
  assert.ok(sentBefore() >= 40 - unknown.length, `${sentBefore()} of 40 calls were sent, and of ${unknown.length} that is not known`);
  const verified = await holdfast.cli('receipts', 'verify', '--all');
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
