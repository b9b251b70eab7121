// What a receipt proves: any changed byte is noticed, by Holdfast and by a verifier that shares no code with it.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, run } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';
import { verifyReceipt } from './verify.mjs';

const binary = process.env.HOLDFAST_BIN;
let upstream, holdfast, entry, proof, vkey, folder;

const write = (name, bytes) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const verify = (entryBytes, proofBytes, key = vkey) =>
  run(binary, ['receipts', 'verify', '--entry', write('entry', entryBytes), '--proof', write('proof', proofBytes), '--vkey', key]);
const verifyByNode = (entryBytes, proofBytes, key = vkey) =>
  run(process.execPath, [join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'verify.mjs'), write('entry', entryBytes), write('proof', proofBytes), key]);

// The receipt of a call, once it is durable; a plain allow's comes with the next batch.
async function receiptOf(call) {
  return until('the receipt', async () => (await holdfast.receipts(call)).find((e) => e.kind === 'receipt'));
}

async function filesOf(id) {
  const exact = async (option) => {
    const shown = await run(binary, ['receipts', 'show', id, option, '--config', holdfast.file], { encoding: 'buffer' });
    assert.equal(shown.code, 0, shown.stderr.toString());
    return shown.stdout;
  };
  return { entry: await exact('--entry'), proof: await exact('--proof') };
}

before(async () => {
  folder = tempFolder();
  upstream = await startUpstream();
  holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules }));
  const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount }, headers });
  for (let i = 1; i <= 5; ++i) await pay(i);
  const asked = pay(5000, { prefer: 'wait=30' });
  await holdfast.vote(await holdfast.pending(), 'approve', { reason: 'fine' });
  const answer = await asked;
  assert.equal(answer.status, 200);
  for (let i = 6; i <= 9; ++i) await pay(i);
  const receipt = await receiptOf(answer.headers['holdfast-call']);
  ({ entry, proof } = await filesOf(receipt.id));
  const shown = await holdfast.cli('keys', 'show', '--vkey');
  assert.equal(shown.code, 0, shown.stderr);
  vkey = shown.stdout.trim();
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

test('the receipt says what happened', () => {
  const said = JSON.parse(entry);
  assert.equal(said.kind, 'receipt');
  assert.equal(said.request.tool, 'payment.send');
  assert.equal(said.decision.effect, 'escalate');
  assert.equal(said.decision.reason, 'Payments over $100 require approval');
  assert.equal(said.outcome.state, 'succeeded');
  assert.equal(said.outcome.status, 200);
  assert.equal(said.outcome.sent, said.request.digest);
  assert.deepEqual(said.approvals.map((a) => [a.act, a.kid, a.group]), [['approve', 'alice', 'lead']]);
  // The arguments stay out. Their digits are not looked for: any four may stand in a digest.
  for (const secret of ['token-of-alice', 'amount']) assert.ok(!entry.toString().includes(secret), `${secret} stands in the entry`);
});

test('both verifiers accept it', async () => {
  const ours = await verify(entry, proof);
  assert.equal(ours.code, 0, ours.stdout + ours.stderr);
  const theirs = await verifyByNode(entry, proof);
  assert.equal(theirs.code, 0, theirs.stdout + theirs.stderr);
});

// One bit of every n-th byte; `receipts verify` is started for each, the Node verifier is asked in this process.
async function flipAll(bytes, step, check, who) {
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes);
    changed[at] ^= 1 << at % 8;
    assert.equal(await check(changed), false, `${who} accepted a changed byte ${at}: ${changed.subarray(Math.max(0, at - 20), at + 20)}`);
  }
}

const nodeAccepts = (e, p) => {
  try {
    verifyReceipt(e, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(p), vkey);
    return true;
  } catch {
    return false;
  }
};
const oursAccepts = async (e, p) => {
  const { code, stdout, stderr } = await verify(e, p);
  assert.ok(code === 0 || code === 1, `ended with ${code}: ${stderr}`);
  if (code === 1) assert.match(stdout + stderr, /\w+ \w+/, 'it says why');
  return code === 0;
};

test('a changed bit anywhere in entry or proof is noticed by both verifiers', async () => {
  await flipAll(entry, 1, (e) => nodeAccepts(e, proof), 'the Node verifier');
  await flipAll(proof, 1, (p) => nodeAccepts(entry, p), 'the Node verifier');
  await flipAll(entry, 17, (e) => oursAccepts(e, proof), 'holdfast');
  await flipAll(proof, 11, (p) => oursAccepts(entry, p), 'holdfast');
});

test('both verifiers agree on good and bad inputs, and holdfast says which check failed', async () => {
  const text = proof.toString();
  const [other] = (await holdfast.receipts()).filter((e) => e.kind === 'receipt' && e.request.tool === 'payment.send' && !e.hold);
  const others = await filesOf(other.id);
  // Another log, with a key of its own; its receipts are genuine, but not ours.
  const stranger = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules }));
  await send(stranger.agentUrl, { path: '/payment/v1/send', body: { amount: 1 } });
  const strangersKey = (await stranger.cli('keys', 'show', '--vkey')).stdout.trim();
  await stranger.stop();
  const cases = {
    'as it is': [entry, proof, vkey, true],
    'another call of the same log': [others.entry, others.proof, vkey, true],
    "another call's proof": [entry, others.proof, vkey, false],
    "another call's entry": [others.entry, proof, vkey, false],
    "another log's key": [entry, proof, strangersKey, false],
    'no entry': [Buffer.alloc(0), proof, vkey, false],
    'no proof': [entry, Buffer.alloc(0), vkey, false],
    'a line feed behind the entry': [Buffer.concat([entry, Buffer.from('\n')]), proof, vkey, false],
    'the approvals taken away': [Buffer.from(entry.toString().replace(/"approvals":\[[^\]]*\]/, '"approvals":[]')), proof, vkey, false],
    'a hash more': [entry, text.replace(/\n\n/, `\n${'A'.repeat(43)}=\n\n`), vkey, false],
    'a hash less': [entry, text.replace(/(index \d+\n)[^\n]+\n/, '$1'), vkey, false],
    'another index': [entry, text.replace(/index (\d+)/, (_, n) => `index ${Number(n) + 1}`), vkey, false],
    'an index with a leading zero': [entry, text.replace(/index /, 'index 0'), vkey, false],
    'a checkpoint without its signature': [entry, text.replace(/\u2014 [^\n]*\n/, ''), vkey, false],
    'a checkpoint of another size': [entry, text.replace(/\n\n([^\n]+)\n(\d+)\n/, (_, origin, n) => `\n\n${origin}\n${Number(n) + 1}\n`), vkey, false],
    'text behind the checkpoint': [entry, `${text}more\n`, vkey, false],
  };
  for (const [name, [e, p, key, good]] of Object.entries(cases)) {
    const ours = await verify(e, Buffer.from(p), key);
    const theirs = await verifyByNode(e, Buffer.from(p), key);
    assert.equal(ours.code, good ? 0 : 1, `holdfast on ${name}: ${ours.stdout}${ours.stderr}`);
    assert.equal(theirs.code, good ? 0 : 1, `node on ${name}: ${theirs.stdout}${theirs.stderr}`);
    if (!good) assert.match(ours.stdout + ours.stderr, /\w+ \w+ \w+/, name);
  }
});

test('the worked example of the format page holds', () => {
  const page = readFileSync(join(process.env.HOLDFAST_ROOT, 'docs', 'receipt-log-format.md'), 'utf8');
  const block = (name) => new RegExp(`\`\`\`${name}\\n([^]*?)\`\`\``).exec(page)[1];
  const entries = block('entries').trim().split('\n');
  const { entry: read, index, size } = verifyReceipt(Buffer.from(entries[3]), block('proof'), block('vkey'));
  assert.equal(read.kind, 'receipt');
  assert.equal(index, 3n);
  assert.equal(size, 5n);
  assert.throws(() => verifyReceipt(Buffer.from(entries[2]), block('proof'), block('vkey')), /roots differ/);
});

test('the whole log verifies, running and stopped; a changed checkpoint or evidence does not', async () => {
  const running = await holdfast.verifyAll();
  assert.equal(running.code, 0, running.stdout + running.stderr);
  await holdfast.stop();
  const stopped = await holdfast.cli('receipts', 'verify');
  assert.equal(stopped.code, 0, stopped.stdout + stopped.stderr);
  assert.match(stopped.stdout + stopped.stderr, /key/, 'it says which key it used');

  const damage = async (what, change) => {
    const copy = tempFolder();
    cpSync(join(holdfast.folder, 'data'), join(copy, 'data'), { recursive: true });
    change(join(copy, 'data', 'log'));
    const damaged = new Holdfast(holdfast.config, copy);
    const verified = await damaged.cli('receipts', 'verify', '--all', '--vkey', vkey);
    assert.equal(verified.code, 1, `${what}: ${verified.stdout}${verified.stderr}`);
    assert.match(verified.stdout + verified.stderr, /\w+ \w+ \w+/);
  };
  const flip = (file, at) => {
    const bytes = readFileSync(file);
    bytes[typeof at === 'number' ? at : bytes.indexOf(at)] ^= 1;
    writeFileSync(file, bytes);
  };
  await damage('the signature of the checkpoint', (log) => flip(join(log, 'checkpoint'), readFileSync(join(log, 'checkpoint')).length - 10));
  await damage('an entry', (log) => flip(join(log, 'segments', readdirSync(join(log, 'segments')).find((n) => n.endsWith('.seg'))), '"kind":"authorize"'));
  for (const blob of readdirSync(join(holdfast.folder, 'data', 'log', 'blobs'))) {
    await damage(`the blob ${blob}`, (log) => flip(join(log, 'blobs', blob), 0));
  }
});

test('a call that a rule wants precommitted is on the log when the upstream sees it, and other calls are not', async () => {
  const seen = {};
  let holdfast;
  const onDisk = () => {
    const segments = join(holdfast.folder, 'data', 'log', 'segments');
    return readdirSync(segments).map((name) => readFileSync(join(segments, name), 'latin1')).join('');
  };
  const watching = await startUpstream((request, response) => {
    seen[request.url] = onDisk().split('"kind":"authorize"').length - 1;
    response.end('ran');
  });
  holdfast = await Holdfast.start(
    await makeConfig({
      upstreams: [payment(watching.url)],
      rules: [{ tool: 'payment.send', action: 'allow', precommit: true }, { tool: 'payment.list', action: 'allow' }],
    }));
  const answer = await send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 3 } });
  assert.equal(answer.status, 200);
  assert.equal((await send(holdfast.agentUrl, { method: 'GET', path: '/payment/v1/list' })).status, 200);
  assert.deepEqual(seen, { '/v1/send': 1, '/v1/list': 1 });
  await holdfast.stop();
  const receipts = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt');
  assert.ok(receipts.find((entry) => entry.call === answer.headers['holdfast-call']).prev, 'its receipt points back');
  assert.equal(receipts.filter((entry) => entry.prev).length, 1);
  assert.equal((await holdfast.verifyAll()).code, 0);
  watching.close();
});

test('in strict mode an allowed call is authorized in the log before it leaves, and its receipt points back', async () => {
  const strict = await Holdfast.start(
    await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, receipts: { mode: 'strict' } }));
  const answer = await send(strict.agentUrl, { path: '/payment/v1/send', body: { amount: 3 } });
  assert.equal(answer.status, 200);
  await strict.stop();
  const listed = await run(binary, ['receipts', 'list', '--json', '--config', strict.file]);
  const { index, entry: receipt } = JSON.parse(listed.stdout).receipts[0];
  assert.equal(receipt.call, answer.headers['holdfast-call']);
  assert.equal(receipt.prev.index, index - 1, 'the authorize entry stands right before it');
  assert.equal(receipt.outcome.sent, receipt.request.digest);
  assert.equal((await run(binary, ['receipts', 'verify', '--config', strict.file])).code, 0);
});
