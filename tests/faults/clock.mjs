// Somebody sets the machine's clock, forward or back, while the program runs or between two runs. A deadline has
// passed when either clock says so; nothing else may depend on the wall clock being right.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, afterEach, before, beforeEach } from 'node:test';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { until } from '../scenarios/support/until.mjs';
import { House, startTools } from './house.mjs';
import { Layer } from './layer.mjs';

const hour = 3600_000, day = 24 * hour;
let upstream, house, layer, folder, data;

before(async () => (upstream = await startTools()));
after(() => upstream.close());
beforeEach(async () => {
  upstream.hits.clear();
  folder = tempFolder();
  data = join(folder, 'data');
  house = await House.make(upstream, {}, folder);
  house.dead = () => house.holdfast.child.exitCode !== null || house.holdfast.child.signalCode !== null;
  layer = new Layer(folder, data);
  await house.holdfast.start(layer.env);
});
afterEach(async () => {
  if (!house.dead()) await house.holdfast.kill();
  layer.close();
});

const restart = async () => {
  await house.holdfast.kill();
  await house.holdfast.start(layer.env);
};
const approve = async (marker) => (await house.decide(marker, 'approve'), house.ledger.calls.get(marker).approved);

async function green() {
  await house.ledger.finish(house);
  assert.equal((await house.holdfast.stop()).code, 0);
  const verified = await house.holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  house.ledger.checkReceipts(await house.holdfast.receipts(), upstream);
}

test('a day forward: what waited is over, and new calls run as ever', async () => {
  await house.ask('open', 'pending');
  await house.ask('poll', 'approved');
  const [pending, approved] = [(await house.pending('pending')).id, await approve('approved')];
  layer.stepClock(day);
  const status = async (id) => (await house.holdfast.hold(id)).status;
  await until('the deadlines to be noticed', async () => (await status(pending)) === 'expired' && (await status(approved)) === 'client_gone');
  assert.equal(upstream.hits.size, 0);
  assert.equal((await house.ask('allow', 'tomorrow')).status, 200);
  assert.equal((await house.ask('poll', 'approved')).status, 202, 'a new call, held anew');
  house.ledger.calls.get('approved').approved = undefined; // nothing of the first was run: it may be approved again
  await green();
});

test('a day forward while it is down: the same', async () => {
  await house.ask('open', 'pending');
  const { id } = await house.pending('pending');
  layer.stepClock(day);
  await restart();
  assert.equal((await house.holdfast.hold(id)).status, 'expired');
  await green();
});

for (const running of [true, false])
  test(`an hour back ${running ? 'while it runs' : 'while it is down'}: what is approved can be redeemed once`, async () => {
    assert.equal((await house.ask('allow', 'before')).status, 200);
    await house.ask('poll', 'approved');
    await house.ask('two', 'pending');
    await approve('approved');
    layer.stepClock(-hour);
    if (!running) await restart();
    await house.ledger.checkKnown(house);
    assert.equal((await house.ask('poll', 'approved')).status, 200);
    assert.equal((await house.ask('allow', 'after')).status, 200);
    assert.equal((await house.ask('poll', 'approved')).status, 202, 'the approval is spent');
    await house.decide('approved', 'reject');
    await restart();
    house.bob = { token: 'token-of-bob-0123456789-ab', who: 'bob' };
    await green();
    assert.equal(upstream.hits.get('approved'), 1);
  });

// Recovery used to look for a hold's receipt only among entries dated after the hold: behind a step back of more
// than a day there are none, and beside a restored store the approval was used again.
test('three days back, and a store from a backup: a spent approval stays spent', async () => {
  await house.ask('poll', 'spent');
  const id = await approve('spent');
  await house.holdfast.stop();
  const stores = readdirSync(data).filter((name) => name.startsWith('approvals.db'));
  for (const name of stores) cpSync(join(data, name), join(folder, name));

  layer.stepClock(-3 * day);
  await house.holdfast.start(layer.env);
  assert.equal((await house.ask('poll', 'spent')).status, 200);
  for (let i = 0; i < 300; i += 10) await Promise.all(Array.from({ length: 10 }, (_, j) => house.ask('allow', `a${i + j}`)));
  await house.holdfast.stop();
  for (const name of readdirSync(data).filter((name) => name.startsWith('approvals.db'))) rmSync(join(data, name));
  for (const name of stores) cpSync(join(folder, name), join(data, name));

  await house.holdfast.start(layer.env);
  const hold = await house.holdfast.hold(id);
  assert.deepEqual([hold.status, hold.resolution], ['released', 'succeeded']);
  assert.equal((await house.ask('poll', 'spent')).status, 202, 'a new call, held anew');
  assert.equal(upstream.hits.get('spent'), 1);
  await green();
});
