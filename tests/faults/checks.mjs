// Whoever asks on pdp_plane is told yes once: the program dies, or its disk fails, at every durable step of a question, of a
// consumption and of an outcome, and when it comes back nothing is consumed twice, each call has one ending, and the log verifies.
//
// FAULTS_POINTS: at most so many operations for each (all if not given); FAULTS_ACTIONS: only these.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { allEntries } from '../scenarios/support/log.mjs';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { Layer, parts } from './layer.mjs';
import { askingHouse } from './questions.mjs';

const points = Number(process.env.FAULTS_POINTS ?? 0);
const chosen = process.env.FAULTS_ACTIONS?.split(',') ?? ['stop', 'tear', 'after', 'cut', 'after_cut', 'EIO'];
const files = parts.log + parts.store + parts.other;

let house;
before(async () => (house = await askingHouse(tempFolder())));
after(async () => {
  await house.holdfast.stop();
  rmSync(house.holdfast.folder, { recursive: true, force: true });
});

const approved = async (question) => {
  await house.ask(question);
  await house.decide(question, 'approve');
};

// What is done before the fault, what it strikes, and what is done after it.
const flows = {
  'a call that is allowed': { strike: (question) => house.ask(question), how: 'free' },
  'a call whose outcome is promised': { strike: (question) => house.ask(question), how: 'promised' },
  'a call that needs approval': { strike: (question) => house.ask(question), how: 'held' },
  'a consumption': { prepare: approved, strike: (question) => house.consume(question), how: 'held' },
  'the same request again, at a proxy that asks': { prepare: approved, strike: (question) => house.ask(question), how: 'gate' },
  'an outcome': {
    async prepare(question) {
      await approved(question);
      await house.consume(question);
    },
    strike: (question) => house.tell(question),
    how: 'held',
  },
};

// One question of its own, with the fault at operation `at` of what is struck. Says whether it was reached.
async function struck(flow, action, at) {
  const { holdfast } = house;
  const layer = new Layer(holdfast.folder, join(holdfast.folder, 'data'));
  if (action.endsWith('cut')) layer.set('remember', 1);
  await holdfast.start(layer.env);
  const question = house.question(flow.how);
  await flow.prepare?.(question);
  layer.plan({ at, action, within: action === 'EIO' ? files : files + parts.network, lasting: action === 'EIO' });
  await Promise.race([flow.strike(question).catch(() => {}), holdfast.ended]);
  const reached = layer.struck;
  const what = layer.what;
  layer.lift();
  await holdfast.kill();
  try {
    await holdfast.start();
    await house.settle();
    await holdfast.stop();
    house.checkLog(await holdfast.receipts(undefined, 100_000), allEntries(holdfast));
  } catch (error) {
    throw new Error(`${action} at operation ${at} (${what}): ${error.message}\n${holdfast.stderr.slice(-1500)}`, { cause: error });
  } finally {
    layer.close();
  }
  return reached;
}

for (const [what, flow] of Object.entries(flows))
  test(`${chosen.join(', ')} at every durable step of ${what}`, async (t) => {
    for (const action of chosen) {
      let count = 0;
      const step = points > 0 ? 1 + Math.floor(Math.random() * 3) : 1;
      for (let at = 1; points === 0 || count < points; at += step) {
        if (!(await struck(flow, action, at))) break;
        ++count;
      }
      assert.ok(count > 0, `${action} struck nothing`);
      t.diagnostic(`${action}: ${count} struck`);
    }
    const verified = await house.holdfast.verifyAll();
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });
