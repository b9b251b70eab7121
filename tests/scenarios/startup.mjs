// How the program refuses to start, each way caused once: one sentence, its exit code, and nothing repaired away.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { Holdfast, makeConfig, run } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';

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
