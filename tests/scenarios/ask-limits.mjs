// Limits and calls that somebody asks about: one account, whoever carries the call.
import assert from 'node:assert/strict';
import test from 'node:test';
import { agents, askingHouse, pdpToken } from './support/asking.mjs';
import { send } from './support/http.mjs';

const lists = { tool: 'payment.list', action: 'allow', id: 'lists', limit: { calls: 2, per: '1h', by: 'agent' } };
const list = (made, agent = 'support-bot') => made.ask('POST', '/v1/check', { tool: 'payment.list', agent });
const said = (answer) => [answer.status, answer.json.allowed, answer.json.requires_approval, answer.json.reason_code];

test('a limit is one for checks, proxies that ask and calls we carry, however many ask at once and after kill -9', async () => {
  const made = await askingHouse({ rules: [lists] });
  const { holdfast, upstream, close } = made;
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => list(made)));
  assert.equal(answers.filter((one) => one.json.allowed).length, 2);
  const limited = answers.find((one) => !one.json.allowed);
  assert.deepEqual(said(limited), [200, false, false, 'limited'], limited.text);
  assert.ok(Number(limited.headers['retry-after']) > 0);
  const entry = async (answer) => (await holdfast.receipts(answer.json.call_id))[0];
  const refusal = await entry(limited);
  assert.deepEqual([refusal.outcome.state, refusal.decision.limits], ['limited', [{ amount: '1', room: false, rule: 'lists' }]]);
  assert.deepEqual((await entry(answers.find((one) => one.json.allowed))).decision.limits, [{ amount: '1', room: true, rule: 'lists' }]);

  await holdfast.kill();
  await holdfast.start();
  assert.equal((await list(made)).json.reason_code, 'limited');
  const headers = { 'holdfast-agent-token': agents[0].token };
  assert.equal((await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/list', headers })).status, 429);
  const gate = (agent) => send(made.pdpUrl, { method: 'GET', path: `/v1/as/${agent}/nginx/hidden`, headers: { 'holdfast-pdp-token': pdpToken, 'x-original-method': 'GET', 'x-original-uri': '/payment/v1/list' } });
  const refused = await gate('support-bot');
  assert.deepEqual([refused.status, refused.json.reason_code], [403, 'limited']);
  assert.ok(Number(refused.headers['retry-after']) > 0);

  assert.equal((await gate('other-bot')).status, 200, 'another agent has its own');
  assert.equal((await list(made, 'other-bot')).json.allowed, true);
  assert.equal((await list(made, 'other-bot')).json.allowed, false);
  assert.equal((await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/list', headers: { 'holdfast-agent-token': agents[1].token } })).status, 429);
  assert.equal(upstream.requests.length, 0);
  await close();
});

test('a promised call keeps its room, whatever is told of it', async () => {
  const made = await askingHouse({ rules: [lists] });
  const { ask, tell, close } = made;
  const promised = await ask('POST', '/v1/check', { tool: 'payment.list', agent: 'support-bot', report: true });
  assert.equal((await tell(promised.json.call_id, 'failed')).status, 200);
  assert.equal((await list(made)).json.allowed, true);
  assert.equal((await list(made)).json.allowed, false);
  await close();
});

test('a held check has its room: it is one spend when it is consumed, and none when it is rejected', async () => {
  const rules = [{ id: 'big', tool: 'payment.send', action: 'escalate', limit: { sum: 'args.amount', max: 1000, per: '1h', by: 'agent' } }];
  const made = await askingHouse({ rules });
  const { check, decide, consume, tell, close } = made;
  const first = (await check(600)).json;
  assert.equal(first.requires_approval, true, JSON.stringify(first));
  assert.deepEqual(said(await check(500)), [200, false, false, 'limited'], 'it is held for 600');
  await decide(first.approval_id, 'reject');
  const second = (await check(500)).json;
  assert.equal(second.requires_approval, true, 'a rejected one gave its room back');
  await decide(second.approval_id);
  assert.equal((await check(500)).json.approval_id, second.approval_id, 'asking again takes no more');
  assert.equal((await consume(second.approval_id)).status, 200);
  assert.equal((await tell(second.approval_id, 'succeeded')).status, 200);
  assert.deepEqual(said(await check(501)), [200, false, false, 'limited']);
  assert.equal((await check(499)).json.requires_approval, true);
  await close();
});

test('over: escalate asks people when there is no room, and what they let through takes none', async () => {
  const rules = [{ id: 'refunds', tool: 'payment.send', action: 'allow', limit: { sum: 'args.amount', max: 1000, per: '1h', by: 'agent', over: 'escalate' } }];
  const made = await askingHouse({ rules });
  const { check, decide, consume, close } = made;
  assert.equal((await check(900)).json.allowed, true);
  const beyond = (await check(200)).json;
  assert.equal(beyond.requires_approval, true, JSON.stringify(beyond));
  assert.equal((await check(100)).json.allowed, true, 'there is room for this one');
  await decide(beyond.approval_id);
  const taken = await consume(beyond.approval_id);
  assert.equal(taken.status, 200, taken.text);
  assert.equal((await check(-1)).json.requires_approval, true, 'a negative amount has no room');
  await close();
});
