// kill -9 at random moments under load: ten clients with calls of every kind, two approvers, and no mercy. After
// each kill the program comes back, and must know everything that it had acknowledged.
//
// FAULTS_KILLS: how often (30); FAULTS_SEED: of the moments and of the calls, printed when not given;
// FAULTS_CUT=1: the power goes instead, by the layer's model of the disk.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tempFolder } from '../scenarios/support/ports.mjs';
import { verifyReceipt } from '../scenarios/verify.mjs';
import { pause } from '../scenarios/support/until.mjs';
import { Holdfast } from '../scenarios/support/holdfast.mjs';
import { allEntries } from '../scenarios/support/log.mjs';
import { configOf, House, startTools } from './house.mjs';
import { Layer } from './layer.mjs';
import { askedOf, mayHaveRun, Questions } from './questions.mjs';
import { bob } from './workload.mjs';

const kills = Number(process.env.FAULTS_KILLS ?? 30);
const seed = Number(process.env.FAULTS_SEED ?? randomInt(1, 2 ** 31));
const cut = process.env.FAULTS_CUT === '1';
const clients = 10;
const perFolder = 25; // kills until a new data_dir, so that checking stays quick

// mulberry32
let state = seed;
function random(below) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}

// A client has a tool of its own, so that what it left unanswered can be told apart.
const caps = Array.from({ length: perFolder }, (_, i) => `cap${i}`);
const most = 7; // calls of each of these, carried by us or asked about, in an hour
const reads = Array.from({ length: perFolder }, (_, i) => `read${i}`); // whoever read may not post
const posts = Array.from({ length: perFolder }, (_, i) => `post${i}`);
const names = ['deny', ...caps, ...reads, ...posts, ...Array.from({ length: clients }, (_, i) => `held${i}`), ...Array.from({ length: clients }, (_, i) => `free${i}`)];

async function makeHouse(upstream) {
  const rules = [
    { tool: 't.deny', action: 'deny', reason: 'Never' },
    ...reads.map((name) => ({ tool: `t.${name}`, action: 'allow', add_labels: [name] })),
    ...posts.map((name, i) => ({ tool: `t.${name}`, action: 'deny', when: { 'agent.labels_seen': { contains: reads[i] } } })),
    ...posts.map((name) => ({ tool: `t.${name}`, action: 'allow' })),
    ...caps.map((name) => ({ tool: `t.${name}`, action: 'allow', limit: { calls: most, per: '1h', by: 'agent' } })),
    ...names.filter((name) => name.startsWith('free')).map((name) => ({ tool: `t.${name}`, action: 'allow' })),
    ...names.filter((name) => name.startsWith('held')).map((name) => ({ tool: `t.${name}`, action: 'escalate', reason: 'Somebody decides' })),
  ];
  const asked = await askedOf(upstream.url);
  const config = await configOf(upstream, { names, rules: [...rules, ...asked.rules], loops: 2, pdp_plane: asked.pdp_plane });
  config.upstreams.push(asked.upstream);
  const house = new House(new Holdfast(config, tempFolder()), upstream);
  house.questions = new Questions(house.holdfast);
  house.round = 0;
  house.dead = () => house.holdfast.child.exitCode !== null || house.holdfast.child.signalCode !== null;
  house.bob = bob;
  return house;
}

let last = 0;
async function client(house, over, number) {
  while (!over()) {
    const marker = `m${++last}`;
    const how = ['free', 'free', 'deny', 'wait', 'wait', 'leave', 'later', 'later', 'cap', 'read', 'question', 'question'][random(12)];
    if (how === 'cap') await house.ask(caps[house.round], `${caps[house.round]}-${marker}`);
    else if (how === 'read') {
      const { status } = await house.ask(reads[house.round], `${reads[house.round]}-${marker}`);
      if (status === 200) await mayNotPost(house, house.round);
    } else if (how === 'question') await askOne(house, over);
    else if (how === 'free') await house.ask(`free${number}`, marker);
    else if (how === 'deny') await house.ask('deny', marker);
    else if (how === 'wait') await house.ask(`held${number}`, marker, { prefer: 'wait=30' });
    else if (how === 'later') await house.ask(`held${number}`, marker, { prefer: 'respond-async' });
    else {
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(), random(20));
      await house.ask(`held${number}`, marker, { prefer: 'wait=30', signal: leaving.signal });
    }
  }
}

// What an agent has read stays with it.
async function mayNotPost(house, round) {
  const answer = await house.ask(posts[round], `${posts[round]}-${++last}`);
  assert.ok([403, 503].includes(answer.status), `the label of ${reads[round]} was washed off: ${answer.status} ${answer.text}`);
}

// A question, to its end: consumed by whoever asked, at once by two, and told or not.
async function askOne(house, over) {
  const { questions } = house;
  const question = questions.question(['free', 'promised', 'held', 'held', 'gate', 'cap'][random(6)], caps[house.round]);
  await questions.ask(question);
  while (!over() && question.id !== undefined && question.voted === undefined) await pause(5);
  if (question.voted === 'approve' && question.how === 'gate') await questions.ask(question);
  if (question.voted === 'approve' && question.how === 'held') await Promise.all([questions.consume(question), questions.consume(question)]);
  if (question.yes > 0 && ['held', 'promised'].includes(question.how) && random(3) > 0) await questions.tell(question);
}

async function approver(house, over, as) {
  while (!over()) {
    for (const hold of await house.holdfast.approvals('pending')) {
      const act = random(5) === 0 ? 'reject' : 'approve';
      const question = house.questions.of(hold.id);
      if (question) await house.questions.decide(question, act, as?.token);
      else if (hold.args?.marker !== undefined) await house.vote(hold, act, as);
    }
    await pause(random(15));
  }
}

// Whoever loses its connection goes on as long as there is somebody to talk to.
async function goOn(over, doing) {
  while (!over()) {
    try {
      await doing();
    } catch (error) {
      if (error.name === 'AssertionError') throw error;
      await pause(1);
    }
  }
}

// Load until the end of the process, which comes at some moment of its start or of its work.
async function loadAndKill(house, layer) {
  const { holdfast } = house;
  const early = random(6) === 0; // in the start itself
  const [moment, at] = early ? [random(200), 1 + random(60)] : [random(500), 60 + random(2000)];
  if (cut) layer.plan({ at, action: random(2) ? 'cut' : 'after_cut', seed: random(2 ** 30) });
  const kill = (after) => setTimeout(() => holdfast.kill(), after);
  let killing = early && !cut ? kill(moment) : undefined;
  const started = await holdfast.start(cut ? layer.env : {}).then(() => true, () => false);
  if (started) {
    killing ??= kill(cut ? 20_000 : moment);
    const { child } = holdfast;
    const over = () => child.exitCode !== null || child.signalCode !== null; // this run, not the next
    const all = Promise.all([
      ...Array.from({ length: clients }, (_, i) => goOn(over, () => client(house, over, i))),
      goOn(over, () => approver(house, over)),
      goOn(over, () => approver(house, over, bob)),
    ]);
    // Node's clients do not always notice that the other side is gone.
    await Promise.race([all, holdfast.ended.then(() => pause(2000))]);
  } else assert.ok(house.dead(), `no start: ${holdfast.stderr}`);
  const { signal } = await holdfast.ended;
  clearTimeout(killing);
  assert.equal(signal, 'SIGKILL', holdfast.stderr);
}

// By the verifier that shares no code with us.
async function checkOne(holdfast, entry) {
  const show = async (as) => (await holdfast.cli('receipts', 'show', entry.id, as)).stdout;
  const vkey = readFileSync(join(holdfast.folder, 'data/log/vkey'), 'utf8');
  verifyReceipt(Buffer.from(await show('--entry')), await show('--proof'), vkey); // throws
}

// Never more than the limit, however often it died; and what was not sent left its room to others.
async function fillUp(house) {
  for (let tries = 0; tries <= most; ++tries) {
    const answer = await house.ask(caps[house.round], `${caps[house.round]}-f${tries}-${++last}`);
    if (answer.status === 429) return;
    assert.equal(answer.status, 200, answer.text);
  }
  assert.fail(`more than ${most} calls of ${caps[house.round]}`);
}

function checkLimits(house, entries, upstream) {
  for (let round = 0; round <= house.round; ++round) {
    const hits = [...upstream.hits.keys()].filter((marker) => marker.startsWith(`${caps[round]}-`)).length;
    const said = house.questions.all.filter((one) => one.how === 'cap' && one.tool === caps[round] && one.yes > 0).length;
    assert.ok(hits + said <= most, `${hits} calls of ${caps[round]} were sent and ${said} let go, of ${most}`);
    const spent = entries.filter((entry) => entry.request.tool === `t.${caps[round]}` && mayHaveRun.includes(entry.outcome.state)).length;
    assert.equal(spent, most, `calls of ${caps[round]} that may have run`);
  }
}

async function check(house, upstream) {
  const { holdfast, ledger } = house;
  await holdfast.start();
  await ledger.checkKnown(house);
  await ledger.checkEndings(house);
  await house.questions.settle();
  await ledger.finish(house);
  await fillUp(house);
  for (let round = 0; round <= house.round; ++round) {
    const read = [...upstream.hits.keys()].some((marker) => marker.startsWith(`${reads[round]}-`));
    if (read) await mayNotPost(house, round);
  }
  const checkpoint = (await holdfast.api('GET', '/checkpoint')).body;
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null }, holdfast.stderr);
  const entries = await holdfast.receipts(undefined, 100_000);
  const receipts = entries.filter((entry) => entry.kind === 'receipt');
  ledger.checkReceipts(entries, upstream, { intentsLost: cut });
  house.questions.checkLog(receipts, allEntries(holdfast));
  checkLimits(house, receipts, upstream);
  if (entries.length > 0) await checkOne(holdfast, entries[random(entries.length)]); // killed before its first call: none
  const since = join(holdfast.folder, 'checkpoint');
  const verified = await holdfast.cli('receipts', 'verify', '--all', ...(house.checkpoint ? ['--since', since] : []));
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  writeFileSync(since, checkpoint); // the next log must contain this one
  house.checkpoint = checkpoint;
  ledger.forget(entries);
  return entries.length;
}

test(`${kills} ${cut ? 'power cuts' : 'kills'} under load, seed ${seed}`, async (t) => {
  const upstream = await startTools();
  const sum = { calls: 0, questions: 0, votes: 0, hits: 0, receipts: 0 };
  for (let done = 0; done < kills; ) {
    const house = await makeHouse(upstream);
    const layer = new Layer(house.holdfast.folder, join(house.holdfast.folder, 'data'));
    upstream.hits.clear();
    let entries = 0, asked = 0;
    for (let i = 0; i < perFolder && done < kills; ++i, ++done) {
      house.round = i;
      if (done > 0 && done % 100 === 0) t.diagnostic(`${done} done`);
      try {
        await loadAndKill(house, layer);
        sum.calls += house.ledger.calls.size;
        sum.questions += house.questions.all.length - asked;
        asked = house.questions.all.length;
        for (const call of house.ledger.calls.values()) sum.votes += call.votes.length;
        entries = await check(house, upstream);
      } catch (error) {
        throw new Error(`kill ${done} of seed ${seed}: ${error.message}`, { cause: error });
      }
    }
    sum.hits += upstream.hits.size;
    sum.receipts += entries;
    layer.close();
    rmSync(house.holdfast.folder, { recursive: true, force: true });
  }
  t.diagnostic(`${sum.calls} calls, ${sum.questions} questions, ${sum.hits} of them at the upstream, ${sum.votes} votes acknowledged, ${sum.receipts} receipts`);
  upstream.close();
});
