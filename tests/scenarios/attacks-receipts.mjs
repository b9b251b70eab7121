// Attacks on the proof: a log that was cut, restored or forked, and receipts that come from somewhere else. Each
// test is named after the attack (docs/attacks.md).
import assert from 'node:assert/strict';
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast, makeConfig, run } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { tempFolder } from './support/ports.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';
import { parseVkey, verifyReceipt } from './verify.mjs';

const binary = process.env.HOLDFAST_BIN;
let upstream, holdfast, vkey, folder;

before(async () => {
  folder = tempFolder();
  upstream = await startUpstream();
  holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, loops: 2 }));
  vkey = (await holdfast.cli('keys', 'show', '--vkey')).stdout.trim();
});

after(async () => {
  await holdfast?.stop();
  upstream?.close();
});

const file = (name, bytes) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount }, headers });
const checkpoint = async () => (await holdfast.api('GET', '/checkpoint')).body;
const verifyAll = (house = holdfast, ...more) => house.cli('receipts', 'verify', '--all', '--vkey', vkey, ...more);
const said = (ended) => ended.stdout + ended.stderr;

async function assertRefused(ended, why) {
  assert.equal(ended.code, 1, said(ended));
  assert.match(said(ended), why);
}

// What both verifiers say of a receipt, and that they agree.
async function accepted(entry, proof, key = vkey) {
  const ours = await run(binary, ['receipts', 'verify', '--entry', file('entry', entry), '--proof', file('proof', proof), '--vkey', key]);
  let theirs = true;
  try {
    verifyReceipt(Buffer.from(entry), Buffer.from(proof).toString(), key);
  } catch {
    theirs = false;
  }
  assert.equal(ours.code === 0, theirs, said(ours));
  return theirs;
}

// An approved payment's receipt, in its exact bytes, with its proof.
async function receipt(house = holdfast) {
  const asked = send(house.agentUrl, { path: '/payment/v1/send', body: { amount: 5000 }, headers: { prefer: 'wait=30' } });
  await house.vote(await house.pending(), 'approve');
  const answer = await asked;
  const { id } = await until('the receipt', async () => (await house.receipts(answer.headers['holdfast-call'])).find((e) => e.kind === 'receipt'));
  const show = async (option) => (await house.cli('receipts', 'show', id, option)).stdout;
  return { entry: await show('--entry'), proof: await show('--proof') };
}

// A signed note, as anybody can make one: with the key's own name and id, or what is given in their place.
const privateKey = (seed) => createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const note = (text, name, id, signature) => `${text}\n\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
const proofOf = (index, note_) => `c2sp.org/tlog-proof@v1\nindex ${index}\n\n${note_}`;
const rootOf = (entry) => sha256(Buffer.of(0), entry).toString('base64');

test('drop the last N entries', async () => {
  for (let i = 0; i < 3; ++i) await pay(1);
  await holdfast.stop();
  const published = readFileSync(join(holdfast.folder, 'data', 'log', 'checkpoint'));
  for (const keep of [0, 1]) {
    const copy = new Holdfast(holdfast.config, tempFolder());
    cpSync(join(holdfast.folder, 'data'), join(copy.folder, 'data'), { recursive: true });
    const segments = join(copy.folder, 'data', 'log', 'segments');
    const segment = join(segments, readdirSync(segments).find((name) => name.endsWith('.seg')));
    const bytes = readFileSync(segment);
    let end = bytes.length;
    for (let i = 0; i <= keep; ++i) end = bytes.lastIndexOf('"kind":"receipt"', end - 1);
    bytes.fill(0, end - 300);
    writeFileSync(segment, bytes);
    await assertRefused(await verifyAll(copy), /NOT verified/);
    const started = await copy.start().then(() => copy.stop(), (error) => error);
    assert.match(String(started), /ended with 3/, 'and it does not start');
    // Whoever takes the checkpoint away as well is found out by the copy that somebody kept.
    rmSync(join(copy.folder, 'data', 'log', 'checkpoint'));
    await assertRefused(await verifyAll(copy, '--since', file('published', published)), /NOT verified/);
  }
  await holdfast.start();
});

test("restore yesterday's backup", async () => {
  await pay(1);
  await holdfast.stop();
  const backup = tempFolder();
  cpSync(join(holdfast.folder, 'data'), join(backup, 'data'), { recursive: true });
  await holdfast.start();
  await pay(2);
  const today = file('today', await until('a later checkpoint', async () => {
    const now = await checkpoint();
    return !readFileSync(join(backup, 'data', 'log', 'checkpoint')).equals(Buffer.from(now)) && now;
  }));
  assert.equal((await verifyAll(holdfast, '--since', today)).code, 0);
  const restored = new Holdfast(holdfast.config, backup);
  assert.equal((await verifyAll(restored)).code, 0, 'in itself it is a whole log');
  await assertRefused(await verifyAll(restored, '--since', today), /NOT verified/);
});

test('fork under 1,500 concurrent calls', async () => {
  const before = (await verifyAll()).stdout;
  const kept = [await checkpoint()];
  const calls = Promise.all(Array.from({ length: 1500 }, async (_, i) => {
    const answer = await pay(1 + (i % 90));
    if (i % 300 === 0) kept.push(await checkpoint());
    return answer;
  }));
  assert.ok((await calls).every((answer) => answer.status === 200));
  kept.push(await checkpoint());
  const receipts = (text) => Number(/(\d+) of them receipts/.exec(text)[1]);
  const all = await until('the receipts', async () => {
    const now = await verifyAll();
    assert.equal(now.code, 0, said(now));
    return receipts(now.stdout) >= receipts(before) + 1500 && now;
  });
  assert.equal(receipts(all.stdout), receipts(before) + 1500, 'one receipt each');
  for (const earlier of kept) assert.equal((await verifyAll(holdfast, '--since', file('earlier', earlier))).code, 0, 'every head is a prefix of the last');
});

test('strip the approvals of an escalated receipt', async () => {
  const { entry, proof } = await receipt();
  assert.ok(await accepted(entry, proof));
  for (const less of [entry.replace(/"approvals":\[[^\]]*\],/, ''), entry.replace(/"approvals":\[[^\]]*\]/, '"approvals":[]'), entry.replace('"escalate"', '"allow"')]) {
    assert.notEqual(less, entry);
    assert.equal(await accepted(less, proof), false);
  }
});

test('a valid receipt of another log, or with its own key embedded', async () => {
  const stranger = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules }));
  const foreign = await receipt(stranger);
  const foreignKey = (await stranger.cli('keys', 'show', '--vkey')).stdout.trim();
  await stranger.stop();
  assert.ok(await accepted(foreign.entry, foreign.proof, foreignKey), 'it is genuine');
  assert.equal(await accepted(foreign.entry, foreign.proof), false);
  const embedded = [foreign.proof.replace('index', `key ${foreignKey}\nindex`), `${foreign.proof}${foreignKey}\n`, foreign.proof.replace('\n\n', `\n\n${foreignKey}\n`), foreign.proof.replace(/\nindex/, `\nextra ${Buffer.from(foreignKey).toString('base64')}\nindex`)];
  for (const proof of embedded) assert.equal(await accepted(foreign.entry, proof), false);
  const claims = [foreign.entry.replace('{', `{"Key":"${foreignKey}",`), foreign.entry.replace(/"iss":"[^"]+"/, `"iss":"${parseVkey(vkey).name}"`)];
  for (const entry of claims) assert.equal(await accepted(entry, foreign.proof), false);

  // A log of our name whose key is the forger's: one entry, its whole tree.
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const { name, id } = parseVkey(vkey);
  const { entry } = await receipt();
  const text = `${name}\n1\n${rootOf(entry)}\n`;
  assert.equal(await accepted(entry, proofOf(0, note(text, name, id, signBytes(null, Buffer.from(text), key)))), false);
});

test('algorithm taken from the message', async () => {
  const { entry } = await receipt();
  const { name, id } = parseVkey(vkey);
  const publicKey = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const text = `${name}\n1\n${rootOf(entry)}\n`;
  // As a confused reader would take them: the public key as an HMAC secret, no signature at all, the wrong type.
  const signatures = [createHmac('sha512', publicKey).update(text).digest(), createHmac('sha256', publicKey).update(text).digest(), Buffer.alloc(0), Buffer.alloc(64)];
  for (const signature of signatures) {
    assert.equal(await accepted(entry, proofOf(0, note(text, name, id, signature))), false);
    for (const type of [0, 2, 4, 6]) {
      const other = sha256(name, '\n', Buffer.of(type), publicKey).subarray(0, 4);
      assert.equal(await accepted(entry, proofOf(0, note(text, name, other, signature))), false);
    }
  }
  assert.equal(await accepted(entry, proofOf(0, text)), false, 'no signature line');
  // The key pinned by hand says its type; another one is not taken.
  const other = Buffer.concat([Buffer.of(2), publicKey]);
  const ended = await run(binary, ['receipts', 'verify', '--entry', file('entry', entry), '--proof', file('proof', proofOf(0, text)), '--vkey', `${name}+${sha256(name, '\n', other).subarray(0, 4).toString('hex')}+${other.toString('base64')}`]);
  assert.notEqual(ended.code, 0);
});

test('two checkpoints of one size with different roots', async () => {
  await pay(1);
  await holdfast.stop();
  const genuine = readFileSync(join(holdfast.folder, 'data', 'log', 'checkpoint'), 'utf8');
  assert.equal((await verifyAll(holdfast, '--since', file('genuine', genuine))).code, 0);
  // Signed by the log's own key: the log has told two stories.
  const { name, id } = parseVkey(vkey);
  const seed = readFileSync(join(holdfast.folder, 'data', 'keys', 'log.ed25519'));
  const text = `${name}\n${genuine.split('\n')[1]}\n${sha256('another history').toString('base64')}\n`;
  const other = note(text, name, id, signBytes(null, Buffer.from(text), privateKey(seed)));
  await assertRefused(await verifyAll(holdfast, '--since', file('other', other)), /NOT verified.*(root|history|checkpoint)/s);
  await holdfast.start();
});
