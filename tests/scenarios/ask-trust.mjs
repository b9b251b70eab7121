// Who may ask on pdp_plane, what is taken from whoever asks, and what an agent may ask about itself (docs/ask-only.md).
import assert from 'node:assert/strict';
import test from 'node:test';
import { agents, askingHouse, pdpToken, tokens } from './support/asking.mjs';
import { send } from './support/http.mjs';

// A gateway may pass on what an agent wrote, with the agent's name put in: {...words, agent}.
test('what an agent may not say of its own call loosens nothing when the asking system passes it on', async () => {
  const house = await askingHouse({
    default: 'deny',
    rules: [
      { tool: '*.**', action: 'deny', when: { 'annotations.destructive': true } },
      { tool: '*.**', action: 'escalate' },
    ],
    auto_approve: [
      { condition: { operation_type: 'DATABASE_READ' } },
      { condition: { risk_level: 'low' } },
    ],
  });
  const { ask, holdfast, close } = house;
  for (const tool of ['db.query', 'payment.http.post']) {
    for (const words of [{ operation: 'DATABASE_READ' }, { sensitivity: 'low' }, { annotations: { destructive: false } }]) {
      const answer = await ask('POST', '/v1/check', { tool, args: {}, ...words, agent: 'support-bot' });
      assert.equal(answer.status, 403, answer.text);
      assert.match(answer.json.detail, /to say/);
    }
    const plain = await ask('POST', '/v1/check', { tool, args: {}, agent: 'support-bot' });
    assert.deepEqual([plain.status, plain.json.decision], [200, 'deny'], 'what is not told is unknown');
  }
  assert.equal((await holdfast.receipts()).filter((one) => one.outcome.state === 'permitted').length, 0);
  await close();
});
test('only the token of the plane opens it; no other token does, and it opens no other plane', async () => {
  const { holdfast, ask, pay, pdpUrl, close } = await askingHouse();
  const question = { tool: 'payment.send', agent: 'support-bot', args: { amount: 5 } };
  for (const token of ['', 'wrong-token-0123456789', agents[0].token, tokens.alice]) {
    const refused = await ask('POST', '/v1/check', question, { token });
    assert.equal(refused.status, 401, token);
    assert.ok(refused.headers['www-authenticate']);
  }
  assert.equal((await ask('POST', `/v1/check?token=${pdpToken}`, question, { token: '' })).status, 401);
  assert.equal((await ask('POST', '/v1/check', question, { token: '', headers: { 'holdfast-pdp-token': pdpToken } })).status, 200);
  assert.equal((await holdfast.api('GET', '/v1/approvals', undefined, pdpToken)).status, 401);
  assert.equal((await pay(5, { 'holdfast-agent-token': pdpToken })).status, 401);
  const codes = [];
  for (let i = 0; i < 15; ++i) codes.push((await ask('POST', '/v1/check', question, { token: 'guess-of-a-token-0123' })).status);
  assert.ok(codes.includes(429), 'guesses from one address are limited');
  assert.ok(pdpUrl);
  assert.equal((await ask('POST', '/v1/check', question)).status, 200, 'whoever shares its address does not lock the proxy out');
  assert.equal((await ask('POST', '/v1/check', question, { token: 'guess-of-a-token-0123' })).status, 429);
  await close();
});

test('every mistake in a question is a sentence', async () => {
  const { ask, state, consume, close } = await askingHouse();
  const rows = [
    ['{', 400, /body/],
    [[], 400, /object/],
    [{}, 400, /tool/],
    [{ tool: 'payment.send', agent: 'nobody-here' }, 400, /no agent/],
    [{ tool: 'payment.send', agent: { id: 'support-bot', trust_tier: 1 } }, 400, /agent/],
    [{ tool: 'payment.send', agent: 'support-bot', report: 'yes' }, 400, /report/],
    [{ tool: 'payment.send', agent: 'support-bot', now: '2026-01-01T00:00:00Z' }, 400, /now/],
    [{ tool: 'payment.sen', agent: 'support-bot' }, 400, /did you mean/],
    [{ tool: 'payment.send', agent: 'support-bot', arguments: {} }, 400, /arguments/],
    [{ tool: `payment.http.${'x'.repeat(200)}`, agent: 'support-bot' }, 400, /too long/],
  ];
  for (const [body, status, detail] of rows) {
    const answer = await ask('POST', '/v1/check', body);
    assert.equal(answer.status, status, JSON.stringify(body) + answer.text);
    assert.match(answer.json.detail, detail);
  }
  const unknown = '01990000-0000-7000-8000-000000000000';
  assert.deepEqual([(await state(unknown)).status, (await consume(unknown)).status], [404, 404]);
  assert.equal((await state(unknown, 'soon')).status, 400);
  assert.equal((await ask('GET', '/v1/check')).status, 405);
  assert.equal((await ask('GET', '/v1/approvals')).status, 404);
  assert.equal((await ask('POST', '/v1/check?x=1', {})).status, 400);
  await close();
});

// --- what an agent itself may ask

test('an agent asks about its own calls: nothing is held, recorded or sent, and nothing is said that the policy hides', async () => {
  const rules = [
    { id: 'secret-rule', tool: 'payment.send', action: 'escalate', when: { 'args.amount': { gt: 100 } }, reason: 'Payments over $100 require approval' },
    { id: 'open-rule', tool: 'payment.list', action: 'allow', show_rule: true },
    { tool: 'payment.send', action: 'allow' },
  ];
  const { upstream, holdfast, close } = await askingHouse({ rules });
  const self = (body, headers = { 'holdfast-agent-token': agents[0].token }, method = 'POST') =>
    send(holdfast.agentUrl, { method, path: '/.well-known/holdfast/check', body, headers });
  const before = (await holdfast.receipts()).length;
  const payment = (args, more = {}) => self({ tool: 'payment.send', ...(args ? { args } : {}), ...more });
  const row = (answer) => [answer.status, answer.json.decision, answer.json.allowed, answer.json.requires_approval];
  assert.deepEqual(row(await payment({ amount: 5 })), [200, 'allow', true, false]);
  const held = await payment({ amount: 5000 });
  assert.deepEqual(row(held), [200, 'escalate', false, true]);
  const unknown = await payment({ amount: '5' });
  assert.deepEqual(row(unknown), [200, 'escalate', false, true]);
  assert.doesNotMatch(held.text + unknown.text, /secret-rule|unknown|amount"/, 'no rule, and not what was unknown');
  assert.deepEqual(unknown.json, held.json, 'unknown looks like what it leads to');
  assert.equal((await self({ tool: 'payment.list' })).json.rule, 'open-rule');
  assert.equal((await self({ tool: 'payment.wipe' })).json.decision, 'deny');

  assert.equal((await payment({ amount: 5 }, { agent: 'support-bot' })).status, 200);
  for (const agent of ['other-bot', { id: 'support-bot', trust_tier: 1 }]) {
    const refused = await payment({ amount: 5 }, { agent });
    assert.deepEqual([refused.status, refused.json.reason_code], [403, 'malformed'], refused.text);
    assert.doesNotMatch(refused.text, /other-bot/);
  }
  assert.equal((await payment({ amount: 5 }, { sensitivity: 'low' })).status, 400);
  assert.equal((await self({ tool: 'payment.send' }, {})).status, 401);
  assert.equal((await self(undefined, undefined, 'GET')).status, 405);
  assert.equal((await self('{')).status, 400);
  assert.equal((await send(holdfast.agentUrl, { path: '/.well-known/holdfast/check', body: { tool: 'payment.send' }, headers: { 'holdfast-agent-token': agents[0].token, origin: 'https://evil.example' } })).status, 403);
  await holdfast.api('POST', '/v1/halt', { reason: '' });
  assert.deepEqual([(await payment({ amount: 5 })).json.allowed, (await payment({ amount: 5 })).json.reason_code], [false, 'halted']);

  assert.equal((await holdfast.approvals('pending')).length, 0);
  assert.equal((await holdfast.receipts()).length, before);
  assert.equal(upstream.requests.length, 0);
  await close();
});
