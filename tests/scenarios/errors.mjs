// How it refuses calls and requests: every reason code caused once, in HTTP and in MCP.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const botToken = 'agent-token-of-bot-0123456789';
let upstream, holdfast;

before(async () => {
  upstream = await startUpstream((request, response) => {
    if (request.url === '/hang-up') return request.socket.destroy();
    response.writeHead(200).end('{}');
  });
  const dead = await freePort();
  holdfast = await Holdfast.start(
    await makeConfig({
      agents: [{ id: 'bot', token: botToken }, { id: 'spare', token: 'agent-token-of-spare-01234567' }],
      upstreams: [
        payment(upstream.url),
        payment(`http://127.0.0.1:${dead}`, { name: 'dead', path: '/dead/' }),
        { name: 'tools', protocol: 'mcp', url: `http://127.0.0.1:${dead}/mcp`, path: '/mcp/tools' },
        { name: 'rude', protocol: 'mcp', url: `${upstream.url}/hang-up`, path: '/mcp/rude' },
      ],
      rules: [
        { tool: 'tools.late', action: 'escalate', plan: 'quick', reason: 'Nobody is asked' },
        { tool: 'tools.held', action: 'escalate', reason: 'Somebody is asked' },
        { tool: 'tools.wipe', action: 'deny', reason: 'Nothing is wiped here' },
        { tool: 'tools.any', action: 'allow' },
        { tool: 'rude.any', action: 'allow', when: { 'args.amount': { lte: 100, missing: true } } },
        { tool: 'dead.list', action: 'allow' },
        { tool: 'payment.http.post', action: 'allow' },
        ...paymentRules,
      ],
      approvals: {
        timeout: '60s',
        flood: { pending_per_agent: 2 },
        plans: { default: { require: 1, from: ['lead'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } },
      },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const ask = (path, options = {}) =>
  send(holdfast.agentUrl, { path, body: options.method === 'GET' || options.method === 'DELETE' ? undefined : {}, ...options, headers: { 'holdfast-agent-token': botToken, ...options.headers } });

function assertProblem(answer, status, reason, retry) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  const problem = answer.json;
  assert.equal(problem.reason_code, reason);
  assert.equal(problem.retry, retry);
  assert.equal(problem.status, status);
  assert.equal(problem.type, `/.well-known/holdfast/#${reason}`);
  assert.ok(problem.title && problem.detail);
  for (const secret of [botToken, ...Object.values(tokens)]) assert.ok(!answer.text.includes(secret));
  return problem;
}

test('http: malformed, too_large, not_found, unauthenticated, policy_denied', async () => {
  assertProblem(await ask('/payment/v1/send', { body: '{"amount":5,"amount":6}' }), 400, 'malformed', 'changed_call');
  assertProblem(await ask('/payment/v1/send', { body: `"${'x'.repeat(1 << 21)}"` }), 413, 'too_large', 'changed_call');
  assertProblem(await ask('/nowhere', { method: 'GET' }), 404, 'not_found', 'changed_call');
  for (const token of ['', 'agent-token-of-nobody-0123456', tokens.alice]) {
    assertProblem(await ask('/payment/v1/list', { method: 'GET', headers: { 'holdfast-agent-token': token } }), 401, 'unauthenticated', 'never');
  }
  const denied = await ask('/payment/v1/all', { method: 'DELETE' });
  const problem = assertProblem(denied, 403, 'policy_denied', 'changed_call');
  assert.match(problem.detail, /Nothing is wiped here/);
  assert.equal(problem.decision, 'deny');
  assert.equal(problem.call_id, denied.headers['holdfast-call']);
  assert.equal(denied.headers['holdfast-decision'], 'deny');
  assert.equal(problem.rule, undefined, 'the rule is shown only where the policy says so');
});

test('http: upstream_failed when nothing was sent, outcome_unknown when it may have been', async () => {
  assertProblem(await ask('/dead/v1/list', { method: 'GET' }), 502, 'upstream_failed', 'same_call');
  const before = upstream.count('/hang-up');
  assertProblem(await ask('/payment/hang-up'), 504, 'outcome_unknown', 'never');
  assert.equal(upstream.count('/hang-up'), before + 1, 'and not sent again');
});

test('http and mcp: too_many_pending', async () => {
  const pay = (amount) => ask('/payment/v1/send', { body: { amount } });
  assert.equal((await pay(1001)).status, 202);
  assert.equal((await pay(1002)).status, 202);
  const third = await pay(1003);
  assertProblem(third, 429, 'too_many_pending', 'later');
  assert.match(third.headers['retry-after'], /^\d+$/);
  assert.equal((await pay(1002)).status, 202, 'one that is held already is no new one');
  assertRefusal(await call('tools', 'held'), 'too_many_pending', undefined, 'later');
  for (const hold of await holdfast.approvals('pending')) await holdfast.vote(hold, 'reject', { reason: 'enough' });
});

const rpc = (upstreamName, message, headers = {}) =>
  ask(`/mcp/${upstreamName}`, {
    body: { jsonrpc: '2.0', id: 1, ...message },
    headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18', ...headers },
  });
const call = (upstreamName, name, args = {}) => rpc(upstreamName, { method: 'tools/call', params: { name, arguments: args } });

// The JSON-RPC message of an answer, JSON or SSE.
function messageOf(answer) {
  if (!answer.headers['content-type'].startsWith('text/event-stream')) return answer.json;
  const data = answer.text.split('\n').filter((line) => line.startsWith('data:'));
  return JSON.parse(data.at(-1).slice(5));
}

function assertRefusal(answer, reason, code, retry) {
  assert.equal(answer.status, 200, answer.text);
  const { id, result } = messageOf(answer);
  assert.equal(id, 1);
  assert.equal(result.isError, true);
  assert.equal(result.content[0].type, 'text');
  assert.ok(result.content[0].text.length > 10);
  const refusal = result._meta['holdfast/refusal'];
  assert.equal(refusal.reason_code, reason);
  assert.equal(refusal.retry, retry);
  assert.equal(typeof refusal.code, 'number');
  if (code !== undefined) assert.equal(refusal.code, code);
  return refusal;
}

test('mcp: policy_denied, rejected, expired, approval_pending, upstream_failed, outcome_unknown', async () => {
  assertRefusal(await call('tools', 'wipe'), 'policy_denied', -31001, 'changed_call');
  assertRefusal(await call('tools', 'any'), 'upstream_failed', undefined, 'same_call');
  assertRefusal(await call('rude', 'any'), 'outcome_unknown', -31005, 'never');
  assertRefusal(await call('tools', 'held', { n: 1 }), 'approval_pending', -31002, 'same_call');
  const hold = await holdfast.pending((h) => h.tool === 'tools.held');
  await holdfast.vote(hold, 'reject', { reason: 'no' });
  assertRefusal(await call('tools', 'held', { n: 1 }), 'rejected', -31004, 'changed_call');
  const expired = await until('the expiry', async () => {
    const answer = await call('tools', 'late');
    return messageOf(answer).result._meta['holdfast/refusal'].reason_code === 'expired' && answer;
  });
  assertRefusal(expired, 'expired', -31003, 'same_call');
});

test('mcp: what is no valid message is HTTP 400 with a JSON-RPC error', async () => {
  const bad = {
    'no JSON': '{"jsonrpc":"2.0",',
    'a duplicate member': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wipe","name":"any"}}',
    'no method and no result': '{"jsonrpc":"2.0","id":1}',
    'another version': '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    'a batch, which this revision does not have': '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wipe"}}]',
    'a name that is no string': '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["wipe"]}}',
  };
  for (const [name, body] of Object.entries(bad)) {
    const answer = await ask('/mcp/tools', { body, headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' } });
    assert.equal(answer.status, 400, `${name}: ${answer.status} ${answer.text}`);
    assert.equal(typeof answer.json.error.code, 'number', name);
  }
});

test('mcp: unauthenticated is 403 with -31000, because a 401 would start OAuth', async () => {
  const answer = await rpc('tools', { method: 'ping' }, { 'holdfast-agent-token': 'agent-token-of-nobody-0123456' });
  assert.equal(answer.status, 403);
  assert.equal(answer.json.error.code, -31000);
});

test('mcp: a call without an id is judged too', async () => {
  const answer = await ask('/mcp/rude', {
    body: { jsonrpc: '2.0', method: 'tools/call', params: { name: 'any', arguments: { amount: 5000 } } },
    headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' },
  });
  assert.ok(answer.status >= 400, `${answer.status} ${answer.text}`);
});

test('the control plane: its own errors', async () => {
  const id = '00000000-0000-7000-8000-000000000000';
  const status = async (...args) => (await holdfast.api(...args)).status;
  assert.equal(await status('GET', '/v1/approvals', undefined, ''), 401);
  assert.equal(await status('GET', '/v1/approvals', undefined, botToken), 401, "an agent's token opens nothing");
  assert.equal(await status('GET', `/v1/approvals?token=${tokens.alice}`, undefined, ''), 401);
  assert.equal(await status('GET', `/v1/approvals/${id}`), 404);
  assert.equal(await status('POST', `/v1/approvals/${id}/approve`, { reason: '', digest: `sha256:${'0'.repeat(64)}` }), 404);
  assert.equal(await status('GET', '/v1/nothing'), 404);
  assert.equal(await status('DELETE', '/v1/approvals'), 405);
  assert.equal(await status('GET', '/healthz', undefined, ''), 200);
  assert.equal(await status('GET', '/readyz', undefined, ''), 200);
  assert.equal((await send(holdfast.controlUrl, { method: 'GET', path: '/v1/approvals', headers: { host: 'evil.example', authorization: `Bearer ${tokens.alice}` } })).status, 421);
  assert.equal(await status('GET', '/payment/v1/list'), 404, 'and it is no way to a tool');
});

test('no secret stands in what the program wrote', async () => {
  for (const secret of [botToken, ...Object.values(tokens)]) {
    assert.ok(!holdfast.stderr.includes(secret) && !holdfast.stdout.includes(secret));
  }
});
