// A disk that is full, fails or turns read-only under a running program: refusals, and nothing sent or lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, afterEach, before, beforeEach } from 'node:test';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { allEntries } from '../scenarios/support/log.mjs';
import { until } from '../scenarios/support/until.mjs';
import { House, startTools } from './house.mjs';
import { kinds, Layer, parts } from './layer.mjs';

let upstream, house, layer, folder;
let number = 0;
const marker = () => `d${++number}`;

before(async () => (upstream = await startTools()));
after(() => upstream.close());
beforeEach(async () => {
  upstream.hits.clear();
  folder = tempFolder();
  house = await House.make(upstream, {}, folder);
  house.dead = () => house.holdfast.child.exitCode !== null || house.holdfast.child.signalCode !== null;
  layer = new Layer(folder, join(folder, 'data'));
});
afterEach(async () => {
  if (house.holdfast.child && !house.dead()) await house.holdfast.kill();
  layer.close();
});

const ready = async () => (await fetch(`${house.holdfast.controlUrl}/readyz`)).status;
const refused = async (tool = 'allow') => {
  const name = marker();
  const answer = await house.ask(tool, name);
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json.reason_code, 'unavailable');
  assert.equal(upstream.hits.get(name), undefined, 'and it was not sent');
};
const allowed = async () => assert.equal((await house.ask('allow', marker())).status, 200);

// What was answered is in the log, the log verifies, and everything held is still there.
async function comeBack() {
  layer.lift();
  await house.holdfast.kill();
  await house.holdfast.start();
  await house.ledger.checkKnown(house);
  await allowed();
  await house.ledger.finish(house);
  assert.equal((await house.holdfast.stop()).code, 0);
  const verified = await house.holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  house.ledger.checkReceipts(await house.holdfast.receipts(), upstream);
}

for (const kind of ['sync', 'write'])
  test(`a failed ${kind} of the log makes it read-only until a restart`, async () => {
    await house.holdfast.start(layer.env);
    await allowed();
    assert.equal((await house.ask('open', marker())).status, 202);
    layer.plan({ at: 1, action: 'EIO', of: kinds[kind], within: parts.log });
    await house.ask('allow', marker()).catch(() => {}); // its own receipt meets the fault: it was sent, and has its intent
    await until('the log to be read-only', async () => (await ready()) === 503);
    assert.ok(layer.struck);
    layer.lift(); // it is not tried again, though it would succeed
    for (const tool of ['allow', 'wait', 'deny']) await refused(tool);
    assert.equal(await ready(), 503);
    assert.equal((await house.holdfast.api('GET', '/v1/approvals?status=pending')).body.approvals.length, 1, 'the control plane answers');
    const why = await (await fetch(`${house.holdfast.controlUrl}/readyz`)).text();
    assert.match(why, /receipt log cannot be/);
    await comeBack();
  });

test('a store that fails refuses holds, votes and releases, and loses none', async () => {
  await house.holdfast.start(layer.env);
  const [held, approved] = [marker(), marker()];
  await house.ask('open', held);
  await house.ask('poll', approved);
  await house.decide(approved, 'approve');
  for (const error of ['EIO', 'ENOSPC', 'EROFS']) {
    layer.plan({ at: 1, action: error, of: kinds.write + kinds.sync + kinds.size, within: parts.store, lasting: true });
    await refused('wait');
    const hold = (await house.holdfast.approvals('pending')).find((h) => h.args.marker === held);
    assert.equal((await house.holdfast.vote(hold, 'approve')).status, 503);
    assert.equal((await house.ask('poll', approved)).status, 503, 'an approval that cannot be spent is not used');
    assert.equal(upstream.hits.get(approved), undefined);
    assert.equal(allEntries(house.holdfast).filter((entry) => entry.kind === 'authorize').length, 0, 'nor told to the log');
    await allowed(); // needs no store
    layer.lift();
  }
  assert.equal((await house.ask('poll', approved)).status, 200, 'it stood all the time');
  await comeBack();
});

// SQLite leaves the frames of a transaction in its log when only their sync failed: the next start would take them for
// committed.
test('what the store refused because it could not be synced is not there after kill -9 either', async () => {
  await house.holdfast.start(layer.env);
  const [held, async, approved] = [marker(), marker(), marker()];
  await house.ask('open', held);
  await house.ask('poll', approved);
  await house.decide(approved, 'approve');
  const strikes = {
    vote: async () => {
      const hold = (await house.holdfast.approvals('pending')).find((h) => h.args.marker === held);
      assert.equal((await house.holdfast.vote(hold, 'approve')).status, 503);
    },
    hold: async () => assert.equal((await house.ask('later', async, { prefer: 'respond-async' })).status, 503),
    release: async () => assert.equal((await house.ask('poll', approved)).status, 503),
  };
  for (const [name, strike] of Object.entries(strikes)) {
    layer.plan({ at: 1, action: 'EIO', of: kinds.sync, within: parts.store, lasting: true });
    await strike();
    assert.ok(layer.struck, name);
    await house.holdfast.kill();
    layer.lift();
    await house.holdfast.start(layer.env);
    const holds = await house.holdfast.approvals();
    const told = holds.map((hold) => [hold.args.marker, hold.status, (hold.approvals ?? []).length]).sort();
    assert.deepEqual(told, [[held, 'pending', 0], [approved, 'approved', 1]].sort(), name);
  }
  assert.equal((await house.ask('poll', approved)).status, 200);
  await comeBack();
});

test('a data_dir that cannot be written to does not start, and says so', async () => {
  await house.holdfast.start();
  assert.equal((await house.ask('open', marker())).status, 202);
  await house.holdfast.stop();
  layer.plan({ at: 1, action: 'EROFS', within: parts.log + parts.store + parts.other, lasting: true });
  await assert.rejects(house.holdfast.start(layer.env), /ended with [^]*Read-only file system/);
  layer.lift();
  await house.holdfast.start();
  await comeBack();
});

test('a second instance on the same data_dir is refused, and the first goes on', async () => {
  await house.holdfast.start();
  const second = await House.make(upstream, {}, folder); // other ports
  await assert.rejects(second.holdfast.start(), /another holdfast is using|in use by another process/);
  house.holdfast.write(house.holdfast.config);
  await allowed();
  await comeBack();
});

// A real file system of its own, which a root user can have.
test('a full disk refuses, and clears when there is room again', { skip: process.getuid() !== 0 && 'needs root to mount a tmpfs' }, async (t) => {
  const data = join(folder, 'data');
  mkdirSync(data);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', data], { stdio: 'pipe' });
  } catch (error) {
    return t.skip(`no tmpfs here: ${error.stderr}`);
  }
  const filler = join(data, 'filler');
  const fill = () => execFileSync('sh', ['-c', `cat /dev/zero >'${filler}' 2>/dev/null || true`]);
  try {
    await house.holdfast.start();
    await allowed();
    const held = marker();
    await house.ask('open', held);
    fill();
    await until('a refusal', async () => (await house.ask('allow', marker())).status === 503);
    for (const tool of ['allow', 'wait', 'deny']) await refused(tool);
    assert.equal(await ready(), 503);
    assert.match(await (await fetch(`${house.holdfast.controlUrl}/readyz`)).text(), /No space left/);
    rmSync(filler);
    await until('room again', async () => (await ready()) === 200);
    await allowed();
    assert.equal((await house.ask('wait', marker())).status, 202);
    // A start on a full disk says why it cannot; or it can, because it gives up the spare room of the one before.
    fill();
    await house.holdfast.kill();
    const started = await house.holdfast.start().then(() => true, (error) => error.message);
    if (started !== true) assert.match(started, /No space left|disk is full/);
    rmSync(filler);
    await comeBack();
  } finally {
    if (!house.dead()) await house.holdfast.kill();
    execFileSync('umount', ['-l', data]);
  }
});
