// Every public error, caused once: how the program refuses to start, and how it refuses calls.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, run, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort, tempFolder } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const binary = process.env.HOLDFAST_BIN;

// Runs `holdfast run` in the expectation that it ends by itself.
const refuseToStart = (holdfast) => run(binary, ['run', '--config', holdfast.file]);

// One sentence on stderr that names the thing, after whatever was logged: no stack, no second opinion.
function assertSentence({ code, stderr }, expected, pattern, what = '') {
  assert.equal(code, expected, `${what} ${stderr}`);
  const sentences = stderr.trim().split('\n').filter((line) => line.startsWith('holdfast: '));
  assert.equal(sentences.length, 1, stderr);
  assert.ok(stderr.trim().endsWith(sentences[0]), stderr);
  assert.match(sentences[0], pattern);
}

const basic = async (extra) => makeConfig({ upstreams: [payment('http://127.0.0.1:9')], rules: paymentRules, ...extra });

test('check names file, line and column of every mistake, and run does not start on them', async () => {
  const holdfast = new Holdfast(`version: 1
data_dir: ./data
upstreams:
  - {name: payment, protocol: http, url: "http://127.0.0.1:9001", path: /payment/, tools: [{name: send, match: POST /v1/send}]}
rules:
  - tool: payment.send
    action: escalate
    wehn: {args.amount: {gt: 100}}
  - {tool: payment.send, action: permit}
approvers:
  - {id: alice, groups: [lead], token: "token-of-alice-0123456789"}
approvals:
  plans: {default: {require: 2, from: [lead]}}
`);
  const checked = await holdfast.cli('check');
  assert.equal(checked.code, 1);
  const said = checked.stdout + checked.stderr;
  assert.match(said, /holdfast\.yaml:8:\d+: .*wehn/);
  assert.match(said, /holdfast\.yaml:9:\d+: /);
  assert.match(said, /when/, 'and a hint');
  const ran = await refuseToStart(holdfast);
  assert.ok([1, 3].includes(ran.code), `run ended with ${ran.code}`);
  assert.match(ran.stderr, /holdfast\.yaml:8:/);
  assert.ok(!existsSync(join(holdfast.folder, 'data')), 'nothing was created');
});

test('a plan that nobody can satisfy is a mistake', async () => {
  const plans = { default: { require: 2, from: ['lead'] } };
  const checked = await new Holdfast(await basic({ approvals: { plans } })).cli('check');
  assert.equal(checked.code, 1);
  assert.match(checked.stdout + checked.stderr, /holdfast\.yaml:\d+:\d+: .*default/);
});

test('a configuration in order passes the check', async () => {
  const checked = await new Holdfast(await basic()).cli('check');
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
});

test('a configuration that is not there, and one that is not YAML', async () => {
  const folder = tempFolder();
  const missing = await run(binary, ['check', '--config', join(folder, 'nowhere.yaml')]);
  assert.ok([1, 3].includes(missing.code));
  assert.match(missing.stderr + missing.stdout, /nowhere\.yaml/);
  const bad = await new Holdfast('rules: [\n  {tool: "x"').cli('check');
  assert.equal(bad.code, 1);
  assert.match(bad.stderr + bad.stdout, /holdfast\.yaml:\d+:\d+: /);
});

test('a variable of the environment that is not set is named, and no secret is shown', async () => {
  const config = await basic({ approvers: [{ id: 'alice', groups: ['lead'], token: '${NOBODY_SET_THIS_TOKEN}' }] });
  const checked = await new Holdfast(config).cli('check');
  assert.equal(checked.code, 1);
  assert.match(checked.stderr + checked.stdout, /NOBODY_SET_THIS_TOKEN/);
});

test('usage errors end with 2', async () => {
  for (const args of [[], ['frobnicate'], ['run', '--no-such-option'], ['approvals', 'approve']]) {
    const { code } = await run(binary, args);
    assert.equal(code, 2, `holdfast ${args.join(' ')} ended with ${code}`);
  }
  assert.equal((await run(binary, ['--version'])).code, 0);
});

test('every command has help with an example', async () => {
  const commands = ['run', 'check', 'keys init', 'keys show', 'approvals list', 'approvals show', 'approvals approve', 'approvals reject', 'receipts list', 'receipts show', 'receipts verify'];
  for (const command of commands) {
    const { code, stdout } = await run(binary, [...command.split(' '), '--help']);
    assert.equal(code, 0, command);
    assert.match(stdout, new RegExp(`xample[^]*holdfast ${command}`), command);
  }
});

test('an occupied port', async () => {
  const squatter = createTcpServer();
  await new Promise((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const { port } = squatter.address();
  for (const plane of ['agent_plane', 'control_plane']) {
    const holdfast = new Holdfast(await basic({ [plane]: { listen: `127.0.0.1:${port}` } }));
    assertSentence(await refuseToStart(holdfast), 3, new RegExp(String(port)));
  }
  squatter.close();
});

test('a second instance on the same data directory', async () => {
  const first = await Holdfast.start(await basic());
  const second = new Holdfast(await basic({ data_dir: join(first.folder, 'data') }));
  assertSentence(await refuseToStart(second), 3, /data/);
  assert.equal((await first.api('GET', '/healthz')).status, 200, 'the first goes on');
  // The same ports too: SO_REUSEPORT must not let two processes of one user share them in silence.
  const twin = new Holdfast(first.config);
  assertSentence(await refuseToStart(twin), 3, new RegExp(first.config.agent_plane.listen.split(':')[1]));
  await first.stop();
});

test('a data directory that cannot be written', async () => {
  const inTheWay = new Holdfast(await basic());
  writeFileSync(join(inTheWay.folder, 'data'), 'a file, not a directory');
  assertSentence(await refuseToStart(inTheWay), 3, /data/);
  assert.equal(readFileSync(join(inTheWay.folder, 'data'), 'utf8'), 'a file, not a directory');

  // Root may write anywhere, so the same once more as somebody else.
  if (process.getuid() !== 0) return;
  const locked = new Holdfast(await basic());
  chmodSync(locked.folder, 0o755);
  mkdirSync(join(locked.folder, 'data'), { mode: 0o755 });
  const nobody = 65534;
  const copy = join(tempFolder(), 'holdfast');
  chmodSync(join(copy, '..'), 0o755);
  writeFileSync(copy, readFileSync(binary), { mode: 0o755 });
  const ended = await run(copy, ['run', '--config', locked.file], { uid: nobody, gid: nobody });
  assertSentence(ended, 3, /data/);
  assert.deepEqual(readdirSync(join(locked.folder, 'data')), []);
});

// A house that has logged something, stopped; the caller damages it.
async function stopped() {
  const upstream = await startUpstream();
  const holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules }));
  for (let i = 0; i < 3; ++i) await send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 5 + i } });
  await holdfast.stop();
  upstream.close();
  return holdfast;
}

const segmentOf = (holdfast) => {
  const folder = join(holdfast.folder, 'data', 'log', 'segments');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.seg')));
};

test('a log whose entry was changed: verify says which', async () => {
  const holdfast = await stopped();
  const file = segmentOf(holdfast);
  const bytes = readFileSync(file);
  const at = bytes.indexOf('"kind":"receipt"');
  assert.ok(at > 0);
  bytes[at + 8] ^= 0x01;
  writeFileSync(file, bytes);
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 1, verified.stdout + verified.stderr);
  assert.match(verified.stdout + verified.stderr, /entry|frame|segment/);
});

test('a corrupt log: it does not start, and nothing is repaired away', async () => {
  const damage = {
    checkpoint: (holdfast) => [join(holdfast.folder, 'data', 'log', 'checkpoint'), (bytes) => (bytes[bytes.length - 10] ^= 1)],
    'the last entries': (holdfast) => [segmentOf(holdfast), (bytes) => bytes.fill(0x78, bytes.lastIndexOf('"kind":"receipt"'), bytes.lastIndexOf('"kind":"receipt"') + 4)],
    'the first frame': (holdfast) => [segmentOf(holdfast), (bytes) => (bytes[3] ^= 1)],
  };
  for (const [what, spoil] of Object.entries(damage)) {
    const holdfast = await stopped();
    const [file, change] = spoil(holdfast);
    const bytes = readFileSync(file);
    change(bytes);
    writeFileSync(file, bytes);
    assertSentence(await refuseToStart(holdfast), 3, /log/, what);
    assert.deepEqual(readFileSync(file), bytes, what);
  }
});

test('a log that was cut short below its published checkpoint', async () => {
  const holdfast = await stopped();
  const file = segmentOf(holdfast);
  const bytes = readFileSync(file);
  bytes.fill(0, bytes.indexOf('"kind":"receipt"') - 200);
  writeFileSync(file, bytes);
  assert.equal((await holdfast.verifyAll()).code, 1);
  assertSentence(await refuseToStart(holdfast), 3, /checkpoint|log|segment/i);
});

test('a missing key: it is not made anew under an old log', async () => {
  const holdfast = await stopped();
  const key = join(holdfast.folder, 'data', 'keys', 'log.ed25519');
  assert.equal(statSync(key).mode & 0o777, 0o600);
  rmSync(key);
  assertSentence(await refuseToStart(holdfast), 3, /key/);
  assert.ok(!existsSync(key));
});

test('a sidecar that is not there: commands that talk to it end with 3', async () => {
  const holdfast = new Holdfast(await basic());
  for (const command of [['approvals', 'list'], ['approvals', 'show', '00000000-0000-7000-8000-000000000000']]) {
    const ended = await holdfast.cli(...command);
    assert.equal(ended.code, 3, command.join(' '));
    assert.match(ended.stderr, new RegExp(holdfast.config.control_plane.listen));
  }
});

// --- Refusals of calls -------------------------------------------------------------------------------------------

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
