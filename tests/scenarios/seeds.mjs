// The blocks of YAML that the seeds print, as they stand there, each a file beside the rest of the configuration.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { payment, startUpstream } from './support/upstream.mjs';

const seed = (name) => fileURLToPath(new URL(`seeds/${name}`, import.meta.url));
const agents = [1, 2, 3, 5].map((tier) => ({ id: `tier-${tier}`, trust_tier: tier, token: `agent-token-of-tier-${tier}-0123` }));
const database = (url) => ({
  name: 'db',
  protocol: 'http',
  url,
  path: '/db/',
  tools: [
    { name: 'read', match: 'POST /read', operation: 'DATABASE_READ' },
    { name: 'write', match: 'POST /write', operation: 'DATABASE_WRITE' },
    { name: 'ask', match: 'POST /ask', operation: 'LLM_CALL' },
    { name: 'wire', match: 'POST /wire', operation: 'FINANCIAL', sensitivity: 'high' },
  ],
});
const running = [];
after(() => Promise.all(running.map((one) => one.stop())));

// A directory of files is read in name order.
async function serve(block, extra) {
  const upstream = await startUpstream();
  running.push({ stop: () => upstream.close() });
  const config = await makeConfig({ agents, ...extra(upstream.url) });
  delete config.rules;
  if (!extra(upstream.url).default) delete config.default;
  const folder = join(tempFolder(), 'holdfast.d');
  mkdirSync(folder);
  const holdfast = new Holdfast(config, folder);
  copyFileSync(seed(block), join(folder, 'seed.yaml'));
  holdfast.file = folder;
  await holdfast.start();
  running.unshift(holdfast);
  const call = (tier, tool, body = {}) =>
    send(holdfast.agentUrl, { path: tool, body, headers: { 'holdfast-agent-token': agents.find((one) => one.trust_tier === tier).token } });
  return { upstream, holdfast, call };
}

test('seed 001: a payment over $100 asks', async () => {
  const { holdfast, call } = await serve('001.yaml', (url) => ({ upstreams: [payment(url)], default: 'allow' }));
  assert.equal((await call(3, '/payment/v1/send', { amount: 100 })).status, 200);
  assert.equal((await call(3, '/payment/v1/send', { amount: 100.01 })).status, 202);
  assert.equal((await call(3, '/payment/v1/send', { amount: '5000' })).status, 202, 'text is not 5000');
  const hold = await holdfast.pending((one) => one.args.amount === 100.01);
  assert.equal(hold.reason, 'Payments over $100 require approval');
});

test('seed 004: what is approved and rejected automatically, and what two must approve', async () => {
  const approvers = [
    { id: 'alice', groups: ['lead'], token: tokens.alice },
    { id: 'bob', groups: ['lead'], token: tokens.bob },
    { id: 'carol', groups: ['security_team'], token: tokens.carol },
  ];
  const { holdfast, upstream, call } = await serve('004.yaml', (url) => ({ upstreams: [database(url)], default: 'escalate', approvers }));

  const statuses = {};
  for (const { trust_tier: tier } of agents) {
    for (const tool of ['read', 'write', 'ask']) statuses[`${tool} ${tier}`] = (await call(tier, `/db/${tool}`, { tier })).status;
  }
  assert.deepEqual(statuses, {
    'read 1': 200, 'write 1': 202, 'ask 1': 200,
    'read 2': 202, 'write 2': 202, 'ask 2': 200,
    'read 3': 202, 'write 3': 202, 'ask 3': 202,
    'read 5': 202, 'write 5': 403, 'ask 5': 202,
  });
  const rejected = await call(5, '/db/write', { tier: 5 });
  assert.match(rejected.json.detail, /Untrusted agents cannot write to database/);

  const waiting = call(5, '/db/wire', { amount: 1 });
  const hold = await holdfast.pending((one) => one.tool === 'db.wire');
  assert.equal(hold.risk_level, 'critical');
  assert.equal(hold.required, 2);
  assert.deepEqual(hold.must_include, ['security_team']);
  assert.deepEqual(hold.pending_approvers, ['alice', 'bob', 'carol']);
  assert.equal((await waiting).status, 202);
  const vote = (who) => holdfast.vote(hold, 'approve', { token: tokens[who] });
  const state = async () => (await holdfast.api('GET', `/v1/approvals/${hold.id}`)).body.status;
  await vote('alice');
  await vote('bob');
  assert.equal(await state(), 'pending', 'two have approved, nobody of the security team');
  await vote('carol');
  assert.equal(await state(), 'approved');
  assert.equal((await call(5, '/db/wire', { amount: 1 })).status, 200);
  assert.equal(upstream.count('/wire'), 1);

  const verified = await holdfast.cli('receipts', 'verify', '--all');
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
