// A released call has one ending, and two places learn it at the same time: the store, which answers the agent, and the
// log. Here one of them stands still while the other goes on, and then comes kill -9.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Holdfast } from '../scenarios/support/holdfast.mjs';
import { until } from '../scenarios/support/until.mjs';
import { startUpstream } from '../scenarios/support/upstream.mjs';
import { configOf, House } from './house.mjs';
import { Layer, parts } from './layer.mjs';

let upstream;
let arrived = () => {}; // the bytes of the call are with the upstream, and no answer is yet
before(async () => {
  upstream = await startUpstream((request, response, body) => {
    if (request.url === '/notices') return void response.writeHead(204).end();
    arrived();
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
});
after(() => upstream.close());

// A call that is approved, and answered by the upstream while `part` writes nothing any more.
async function answeredWithout(part, { prefer }) {
  const house = new House(new Holdfast(await configOf(upstream, { names: ['pay'] })), upstream);
  const { holdfast } = house;
  const layer = new Layer(holdfast.folder, join(holdfast.folder, 'data'));
  await holdfast.start(layer.env);
  arrived = () => layer.plan({ at: 1, action: 'freeze', within: part, lasting: true });
  const answer = house.ask('pay', 'once', { prefer });
  const hold = await house.pending('once');
  assert.equal((await house.vote(hold, 'approve')).status, 200);
  return { house, holdfast, layer, hold, answer };
}

// What the agent is told and what the log says is the same ending, in this start and in every other.
async function assertOneEnding({ house, holdfast, layer, hold }, ending) {
  let receipt;
  for (const start of ['first', 'second']) {
    await holdfast.start();
    const { status, resolution } = await holdfast.hold(hold.id);
    assert.deepEqual([status, resolution], ['released', ending], `the ${start} start`);
    const receipts = await holdfast.receipts(hold.call_id);
    assert.deepEqual(receipts.map((entry) => entry.outcome.state), [ending], `the ${start} start`);
    [receipt] = receipts;
    await holdfast.kill();
    const verified = await holdfast.verifyAll();
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  }
  layer.close();
  rmSync(holdfast.folder, { recursive: true, force: true });
  return receipt;
}

test('the store has the ending and a kept answer, the log nothing: the receipt says what the status URL says', async () => {
  const run = await answeredWithout(parts.log, { prefer: 'respond-async' });
  const { house, holdfast, hold } = run;
  const { headers } = await run.answer;
  const told = await until('the answer', async () => {
    const asked = await house.status(headers.location);
    return asked.status === 202 ? undefined : asked;
  });
  assert.deepEqual([told.status, told.headers['holdfast-resolution'], told.json], [200, 'succeeded', { marker: 'once' }]);
  await holdfast.kill();
  assert.deepEqual(await holdfast.receipts(hold.call_id), [], 'the crash came before the log');

  const { outcome, prev } = await assertOneEnding(run, 'succeeded');
  assert.ok(prev, 'it points at its authorize entry');
  const { response, ...others } = outcome;
  assert.match(response, /^[0-9a-f]{64}$/);
  assert.deepEqual(others, { recovered: true, state: 'succeeded', status: 200 }, 'what the store has, and nothing else');
});

test('the store has the ending of a call whose client got the answer, the log nothing', async () => {
  const run = await answeredWithout(parts.log, { prefer: 'wait=60' });
  const answer = await run.answer;
  assert.equal(answer.status, 200);
  await until('the ending', async () => (await run.holdfast.hold(run.hold.id)).resolution !== null);
  await run.holdfast.kill();
  assert.deepEqual(await run.holdfast.receipts(run.hold.call_id), [], 'the crash came before the log');

  const receipt = await assertOneEnding(run, 'succeeded');
  assert.equal(receipt.id, answer.headers['holdfast-receipt'], 'the one that the answer named');
  assert.deepEqual(receipt.outcome, { recovered: true, state: 'succeeded' });
});

test('the log has the receipt, the store no ending: the status URL says what the receipt says', async () => {
  const run = await answeredWithout(parts.store, { prefer: 'wait=60' });
  const answer = await run.answer;
  assert.equal(answer.status, 200);
  await until('the receipt', async () => (await run.holdfast.receipts(run.hold.call_id)).length === 1);
  await run.holdfast.kill();

  const receipt = await assertOneEnding(run, 'succeeded');
  assert.equal(receipt.id, answer.headers['holdfast-receipt']);
  assert.equal(receipt.outcome.recovered, undefined, 'the process itself wrote it');
  assert.equal(receipt.outcome.sent, receipt.request.digest);
});

test('neither has it: outcome_unknown in both', async () => {
  const run = await answeredWithout(parts.log + parts.store, { prefer: 'wait=60' });
  const answer = await run.answer;
  assert.equal(answer.status, 200);
  await run.holdfast.kill();

  const receipt = await assertOneEnding(run, 'outcome_unknown');
  assert.equal(receipt.id, answer.headers['holdfast-receipt']);
  assert.deepEqual(receipt.outcome, { recovered: true, state: 'outcome_unknown' });
});
