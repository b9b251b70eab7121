// The program dies at every durable step and every send of a fixed piece of work, and of a start after a crash;
// each time it must come back with everything that it had acknowledged.
//
// FAULTS_POINTS: at most so many operations for each action, spread evenly (all if not given); FAULTS_ACTIONS:
// only these, separated by commas; FAULTS_AT: only this operation.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { House, startTools } from './house.mjs';
import { Layer, parts } from './layer.mjs';
import { work } from './workload.mjs';

const points = Number(process.env.FAULTS_POINTS ?? 0);
const only = Number(process.env.FAULTS_AT ?? 0);
const chosen = process.env.FAULTS_ACTIONS?.split(',') ?? ['stop', 'tear', 'after', 'cut', 'after_cut', 'EIO', 'ENOSPC', 'EROFS'];
const files = parts.log + parts.store + parts.other;
const within = (action) => (['EIO', 'ENOSPC', 'EROFS'].includes(action) ? files : files + parts.network);

let upstream;
before(async () => (upstream = await startTools()));
after(() => upstream.close());

async function makeHouse(folder) {
  upstream.hits.clear();
  const house = await House.make(upstream, {}, folder);
  house.dead = () => house.holdfast.child.exitCode !== null || house.holdfast.child.signalCode !== null;
  return house;
}

// Runs the program under a plan until it is struck dead, or until the work is done.
async function strike(house, layer, plan, doing) {
  layer.plan(plan);
  house.faulty = true;
  try {
    await house.holdfast.start(layer.env);
    await doing();
  } catch (error) {
    if (!house.dead()) throw error;
  }
  if (!house.dead()) await house.holdfast.stop();
  const { code, signal } = await house.holdfast.ended;
  const struck = layer.struck;
  if (struck && plan.action.match(/^[a-z]/)) assert.equal(signal, 'SIGKILL', house.holdfast.stderr);
  else if (!struck) assert.equal(code, 0, house.holdfast.stderr);
  house.faulty = false;
  return struck;
}

// Comes back without faults, and must know everything.
async function comeBack(house, options) {
  const { holdfast, ledger } = house;
  await holdfast.start();
  await ledger.checkKnown(house);
  await ledger.checkEndings(house);
  await ledger.finish(house);
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null }, holdfast.stderr);
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const receipts = await holdfast.receipts();
  ledger.checkReceipts(receipts.filter((entry) => entry.kind === 'receipt'), upstream, options);
}

// Every operation in turn, or `points` of them; `run(at)` says whether the plan was reached.
async function sweep(count, run) {
  const step = points > 0 ? Math.max(1, Math.ceil(count / points)) : 1;
  let struck = 0;
  for (let at = only || 1 + (step > 1 ? Math.floor(Math.random() * step) : 0); at <= count + 20; at += step) {
    if (await run(at)) ++struck;
    else if (at > count) break;
    if (only) break;
  }
  return struck;
}

async function counted(house, layer, action, doing) {
  await strike(house, layer, { at: 0, action, within: within(action) }, doing);
  return layer.get('counted');
}

// The log's files are 64 MiB of zeros, mostly.
const copy = (from, to) => execFileSync('cp', ['-r', '--sparse=always', from, to]);

const told = (at, layer, house, error) => {
  throw new Error(`at operation ${at} (${layer.what}): ${error.message}\n${house.holdfast.stderr.slice(-2000)}`, { cause: error });
};

for (const action of chosen) {
  test(`${action} at every operation of a first start and of the work`, async (t) => {
    const folder = tempFolder();
    const fresh = async () => {
      rmSync(join(folder, 'data'), { recursive: true, force: true });
      const house = await makeHouse(folder);
      return { house, layer: new Layer(folder, join(folder, 'data')) };
    };
    const first = await fresh();
    const count = await counted(first.house, first.layer, action, () => work(first.house));
    const struck = await sweep(count, async (at) => {
      const { house, layer } = await fresh();
      const plan = { at, action, within: within(action), seed: at };
      try {
        const hit = await strike(house, layer, plan, () => work(house));
        await comeBack(house, { intentsLost: action.endsWith('cut') });
        return hit;
      } catch (error) {
        return told(at, layer, house, error);
      } finally {
        layer.close();
        if (!house.dead()) await house.holdfast.kill();
      }
    });
    t.diagnostic(`${count} operations, ${struck} struck`);
    assert.ok(struck > 0);
    rmSync(folder, { recursive: true, force: true });
  });
}

test('every operation of a start after a crash', async (t) => {
  // A crash in the middle of the work, with an intent, an authorize entry and holds of every state left behind.
  const folder = tempFolder();
  const data = join(folder, 'data');
  const house = await makeHouse(folder);
  const crash = new Layer(folder, data);
  const total = await counted(house, crash, 'stop', () => work(house));
  for (const action of chosen) {
    rmSync(data, { recursive: true, force: true });
    house.ledger.calls.clear();
    upstream.hits.clear();
    const layer = new Layer(folder, data);
    await strike(house, layer, { at: Math.floor(total * 0.8), action: 'stop' }, () => work(house));
    const crashed = join(folder, 'crashed');
    rmSync(crashed, { recursive: true, force: true });
    copy(data, crashed);
    const calls = structuredClone(house.ledger.calls);
    const hits = new Map(upstream.hits);
    const again = () => {
      rmSync(data, { recursive: true, force: true });
      copy(crashed, data);
      house.ledger.calls = structuredClone(calls);
      upstream.hits.clear();
      for (const [marker, count] of hits) upstream.hits.set(marker, count);
    };
    again();
    const count = await counted(house, layer, action, async () => {});
    const struck = await sweep(count, async (at) => {
      again();
      const fault = new Layer(folder, data);
      try {
        const hit = await strike(house, fault, { at, action, within: within(action), seed: at }, async () => {});
        await comeBack(house, { intentsLost: action.endsWith('cut') });
        return hit;
      } catch (error) {
        return told(`${at} of ${action}`, fault, house, error);
      } finally {
        fault.close();
        if (!house.dead()) await house.holdfast.kill();
      }
    });
    t.diagnostic(`${action}: ${count} operations, ${struck} struck`);
    assert.ok(struck > 0);
  }
  rmSync(folder, { recursive: true, force: true });
});
