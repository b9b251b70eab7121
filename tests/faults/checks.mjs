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

// A broken connection is what a crash looks like; anything else is a finding.
function refuseSurprise(error) {
  if (!['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(error.code)) throw error;
}

// One question of its own, with the fault at operation `at` of what is struck. Says whether it was reached.
async function struck(flow, action, at) {
  const { holdfast } = house;
  const layer = new Layer(holdfast.folder, join(holdfast.folder, 'data'));
  if (action.endsWith('cut')) layer.set('remember', 1);
  await holdfast.start(layer.env);
  const question = house.question(flow.how);
  await flow.prepare?.(question);
  layer.plan({ at, action, within: action === 'EIO' ? files : files + parts.network, lasting: action === 'EIO' });
  await Promise.race([flow.strike(question).catch(refuseSurprise), holdfast.ended]);
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

async function every(strike) {
  for (let at = 1; ; ++at) if (!(await strike(at))) return at - 1;
}

// `points` of them, wherever they are: how many there are is not known before.
async function some(strike) {
  let count = 0;
  for (let most = 16; count < points && most > 0; ) {
    const at = 1 + Math.floor(Math.random() * most);
    if (await strike(at)) ++count;
    else most = at - 1;
  }
  return count;
}

// `prepare` is done before the fault, which strikes what comes of `strike`; `how` is the kind of question.
async function sweep(t, flow) {
  for (const action of chosen) {
    const count = await (points > 0 ? some : every)((at) => struck(flow, action, at));
    assert.ok(count > 0, `${action} struck nothing`);
    t.diagnostic(`${action}: ${count} struck`);
  }
  const verified = await house.holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

const ask = (question) => house.ask(question);
const consume = (question) => house.consume(question);
const consumed = async (question) => {
  await approved(question);
  await consume(question);
};

test('every durable step of a call that is allowed', (t) => sweep(t, { strike: ask, how: 'free' }));
test('every durable step of a call whose outcome is promised', (t) => sweep(t, { strike: ask, how: 'promised' }));
test('every durable step of a call that needs approval', (t) => sweep(t, { strike: ask, how: 'held' }));
test('every durable step of a consumption: nobody is told yes twice, and the call has one ending', (t) => sweep(t, { prepare: approved, strike: consume, how: 'held' }));
test('every durable step of the same request again, at a proxy that asks: it passes once', (t) => sweep(t, { prepare: approved, strike: ask, how: 'gate' }));
test('every durable step of an outcome', (t) => sweep(t, { prepare: consumed, strike: (question) => house.tell(question), how: 'held' }));
