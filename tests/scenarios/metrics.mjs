// The page of figures: every event moves the figures it should and no other, and nothing leaks or grows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { newSecret, startApprover } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { raw, send } from './support/http.mjs';
import { freePort } from './support/ports.mjs';
import { moved, parse } from './support/prometheus.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const agents = { bot: 'agent-token-of-bot-0123456789', clerk: 'agent-token-of-clerk-01234567' };
const secret = newSecret();
let upstream, alice, holdfast;

before(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.url === '/cut') return request.socket.destroy();
    const id = request.url === '/mcp' ? JSON.parse(body).id : undefined;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(id === undefined ? { ok: true } : { jsonrpc: '2.0', id, result: { content: [] } }));
  });
  alice = await startApprover(secret, { status: (event, tries) => (event.args?.to === 'deaf' && tries === 1 ? 500 : 204) });
  holdfast = await Holdfast.start(
    await makeConfig({
      pdp_plane: { listen: `127.0.0.1:${await freePort()}`, token: 'token-of-the-pdp-0123456789' },
      agents: Object.entries(agents).map(([id, token]) => ({ id, token })),
      upstreams: [
        payment(upstream.url),
        { name: 'dead', protocol: 'http', url: `http://127.0.0.1:${await freePort()}`, path: '/dead/' },
        { name: 'files', protocol: 'mcp', url: `${upstream.url}/mcp`, path: '/mcp/files' },
      ],
      rules: [
        { tool: 'payment.http.get', action: 'allow' },
        { tool: 'dead.**', action: 'allow' },
        { tool: 'files.read', action: 'allow' },
        { tool: 'files.*', action: 'allow' },
        { tool: 'payment.send', action: 'escalate', plan: 'quick', when: { 'args.to': 'nobody' } },
        ...paymentRules,
      ],
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret } }],
      approvals: {
        timeout: '60s',
        plans: { default: { require: 1, from: ['lead'] }, quick: { require: 1, from: ['lead'], timeout: '1s' } },
      },
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, alice].forEach((server) => server?.close());
});

async function scrape(house = holdfast) {
  const response = await fetch(`${house.controlUrl}/metrics`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  return { ...parse(text), text };
}

// Does it, and checks what moved; what follows an answer (receipts, notifications) may take a moment.
async function moves(doIt, expected) {
  const before = await scrape();
  await doIt();
  let changes;
  const settled = async () => {
    changes = moved(before, await scrape());
    delete changes.holdfast_agent_connections;
    delete changes.holdfast_log_commit_seconds_count; // how many entries share a commit is the writer's business
    try {
      assert.deepEqual(changes, expected);
      return true;
    } catch {
      return false;
    }
  };
  await until('the figures to move', settled, 8000).catch(() => assert.deepEqual(changes, expected));
}

const calls = (decision, tool, agent = 'bot') => `holdfast_calls_total{agent="${agent}",decision="${decision}",tool="${tool}"}`;
const refusals = (code) => `holdfast_refusals_total{reason_code="${code}"}`;
const resolution = (how) => `holdfast_resolutions_total{resolution="${how}"}`;
const failure = (event) => `holdfast_notification_failures_total{channel="webhook",event="${event}"}`;
const receipt = 'holdfast_log_entries_total{kind="receipt"}';
const authorize = 'holdfast_log_entries_total{kind="authorize"}';
const [judged, added, decided] = ['policy_evaluation', 'added_latency', 'time_to_decision'].map((n) => `holdfast_${n}_seconds_count`);

const ask = (path, { agent = 'bot', ...more } = {}) => send(holdfast.agentUrl, { path, ...more, headers: { 'holdfast-agent-token': agents[agent], ...more.headers } });
const pay = (body, more = {}) => ask('/payment/v1/send', { body, headers: { prefer: 'wait=30' }, ...more });
const tool = (name) => ask('/mcp/files', { headers: { accept: 'application/json, text/event-stream' }, body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: {} } } });
async function answered(expected, asked) {
  assert.equal((await asked).status, expected);
}

test('the page is the one that docs/metrics.md describes', async () => {
  await answered(200, pay({ amount: 1, to: 'acme' })); // a series with its labels
  const page = await scrape();
  const text = readFileSync(join(process.env.HOLDFAST_ROOT, 'docs', 'metrics.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) ?\| (.+) \|$/gm)];
  const described = rows.map(([, name, type, labels]) => ({ name, type, labels: labels.replace(/[` ]/g, '').split(',').filter(Boolean).sort() }));
  const there = [...page.families.values()].map(({ name, type, labels }) => ({ name, type, labels: [...labels].sort() }));
  assert.deepEqual(described, there);
  assert.match(page.text, /^holdfast_build_info\{version="\d+\.\d+\.\d+"\} 1$/m);
});

test('an allowed call', () =>
  moves(() => answered(200, pay({ amount: 5, to: 'acme' })), { [calls('allow', 'payment.send')]: 1, [judged]: 1, [added]: 1, [receipt]: 1 }));

test('an allowed call of another agent, whose tool only a rule names', () =>
  moves(() => answered(200, ask('/payment/v1/other', { method: 'GET', agent: 'clerk' })), {
    [calls('allow', 'payment.http.get', 'clerk')]: 1,
    [judged]: 1,
    [added]: 1,
    [receipt]: 1,
  }));

test('a denied call', () =>
  moves(() => answered(403, ask('/payment/v1/all', { method: 'DELETE' })), {
    [calls('deny', 'payment.wipe')]: 1,
    [refusals('policy_denied')]: 1,
    [judged]: 1,
    [receipt]: 1,
  }));

test('a call refused before it is judged', () =>
  moves(() => answered(400, pay('{"amount":1,"amount":2}')), {
    [calls('deny', 'payment.send')]: 1,
    [refusals('malformed')]: 1,
    [receipt]: 1,
  }));

test('a caller nobody knows, a path nobody has, a request nobody can read', async () => {
  await moves(() => answered(401, send(holdfast.agentUrl, { path: '/payment/v1/send', body: {} })), {
    [calls('deny', 'other', 'anonymous')]: 1,
    [refusals('unauthenticated')]: 1,
    [receipt]: 1,
  });
  await moves(() => answered(404, ask('/nowhere', { method: 'GET' })), { [refusals('not_found')]: 1 });
  await moves(() => raw(holdfast.agentPort, 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n'), { [refusals('malformed')]: 1 });
});

test('a call that is held, approved, released and answered', async () => {
  let asked, hold;
  const body = { amount: 1000, to: 'acme' };
  await moves(
    async () => {
      asked = pay(body);
      hold = await holdfast.pending((h) => h.args.amount === 1000);
    },
    { [calls('escalate', 'payment.send')]: 1, [judged]: 1, holdfast_holds_opened_total: 1, holdfast_holds_pending: 1 },
  );
  await moves(
    async () => {
      assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
      await answered(200, asked);
    },
    {
      'holdfast_votes_total{vote="approve"}': 1,
      [decided]: 1,
      holdfast_holds_pending: -1,
      holdfast_releases_total: 1,
      [resolution('succeeded')]: 1,
      [authorize]: 1,
      [receipt]: 1,
    },
  );
  await moves(async () => assert.equal((await holdfast.vote(hold, 'approve')).status, 409), {});
});

test('a call that is held and rejected', async () => {
  await moves(
    async () => {
      const asked = pay({ amount: 1001, to: 'acme' });
      await holdfast.vote(await holdfast.pending((h) => h.args.amount === 1001), 'reject', { reason: 'no' });
      await answered(403, asked);
    },
    {
      [calls('escalate', 'payment.send')]: 1,
      [judged]: 1,
      holdfast_holds_opened_total: 1,
      'holdfast_votes_total{vote="reject"}': 1,
      [decided]: 1,
      [resolution('rejected')]: 1,
      [refusals('rejected')]: 1,
      [receipt]: 1,
    },
  );
});

test('a call that is held, that nobody decides, and whose first notice did not arrive', async () => {
  await moves(() => answered(403, pay({ amount: 1002, to: 'nobody' })), {
    [calls('escalate', 'payment.send')]: 1,
    [judged]: 1,
    holdfast_holds_opened_total: 1,
    [resolution('expired')]: 1,
    [refusals('expired')]: 1,
    [receipt]: 1,
  });
  const asked = pay({ amount: 1003, to: 'deaf' });
  const failed = async () => (await scrape()).series.get(JSON.stringify(['holdfast_notification_failures_total', [['channel', 'webhook'], ['event', 'approval.requested']]]));
  await until('the failed notice', async () => (await failed()) === 1);
  await moves(async () => {
    await holdfast.vote(await holdfast.pending((h) => h.args.amount === 1003), 'reject', { reason: 'no' });
    await answered(403, asked);
  }, { 'holdfast_votes_total{vote="reject"}': 1, [decided]: 1, holdfast_holds_pending: -1, [resolution('rejected')]: 1, [refusals('rejected')]: 1, [receipt]: 1, [failure('approval.resolved')]: 1 });
});

test('an upstream that is not there, and one that hangs up', async () => {
  await moves(() => answered(502, ask('/dead/x', { body: {} })), {
    [calls('allow', 'other')]: 1,
    'holdfast_upstream_errors_total{error="upstream_failed",upstream="dead"}': 1,
    [refusals('upstream_failed')]: 1,
    [judged]: 1,
    [receipt]: 1,
  });
  await moves(() => answered(504, ask('/payment/cut', { method: 'GET' })), {
    [calls('allow', 'payment.http.get')]: 1,
    'holdfast_upstream_errors_total{error="outcome_unknown",upstream="payment"}': 1,
    [refusals('outcome_unknown')]: 1,
    [judged]: 1,
    [receipt]: 1,
  });
});

test('names that an agent makes up do not make the page grow', async () => {
  await answered(200, tool('made-up'));
  await answered(200, tool('read'));
  const before = await scrape();
  assert.equal(before.value('holdfast_calls_total', { decision: 'allow', tool: 'files.read', agent: 'bot' }), 1);
  for (let i = 0; i < 200; ++i) await answered(200, tool(`invented-${i}`));
  for (let i = 0; i < 20; ++i) await answered(200, ask('/mcp/files', { headers: { accept: 'application/json, text/event-stream' }, body: { jsonrpc: '2.0', id: 1, method: `vendor/m${i}` } }));
  const now = await scrape();
  assert.equal(now.series.size, before.series.size + 1); // vendor methods are denied: `other` has not been denied before
  assert.equal(moved(before, now)[calls('allow', 'other')], 200);
  assert.equal(moved(before, now)[calls('deny', 'other')], 20);
  assert.doesNotMatch(now.text, /invented|vendor|made-up/);
});

test('what was counted is what the log holds', async () => {
  await until('the last receipts', async () => {
    const { code, stdout } = await holdfast.cli('receipts', 'list', '--json', '--limit', '500');
    assert.equal(code, 0);
    const { receipts } = JSON.parse(stdout);
    assert.ok(receipts.length > 200 && receipts.length < 500);
    return (await scrape()).value('holdfast_log_entries_total', { kind: 'receipt' }) === receipts.length;
  });
});

test('the page holds no secret, no argument and no id', async () => {
  const { text } = await scrape();
  const hold = (await holdfast.approvals())[0];
  for (const word of [...Object.values(agents), ...Object.values(tokens), secret, 'acme', 'deaf', hold.id, hold.call_id, hold.digest]) {
    assert.ok(!text.includes(word), `the page shows ${word}`);
  }
});

test('with metrics.public: false an approver’s token is asked for', async () => {
  const base = await makeConfig();
  const house = await Holdfast.start({ ...base, control_plane: { ...base.control_plane, metrics: { public: false } } });
  assert.equal((await fetch(`${house.controlUrl}/metrics`)).status, 401);
  const page = await house.api('GET', '/metrics');
  assert.equal(page.status, 200);
  assert.ok(parse(page.body).families.has('holdfast_calls_total'));
  await house.stop();
});
