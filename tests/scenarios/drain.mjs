// SIGTERM (06-deployment): no new calls, holds stay on disk, running calls finish, the log is whole, exit 0.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { callback, newSecret } from './support/approver.mjs';
import { gateOf } from './support/gate.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { payment, paymentRules, startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

async function house(answer) {
  const upstream = await startUpstream(answer);
  const holdfast = await Holdfast.start(await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules }));
  const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount }, headers });
  return { upstream, holdfast, pay };
}

const stopping = (holdfast) => until('it to stop taking calls', () => holdfast.stderr.includes('stopping'));

// A connection that was answered once and now rests. One that is only connected may still wait to be accepted, and then the
// end of the listener resets it.
async function idleConnection(port) {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /.well-known/holdfast/calls/AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  const answer = await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject));
  assert.match(String(answer), /^HTTP\/1\.1 404 /);
  return socket.resume();
}

async function assertGreen(holdfast) {
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
}

test('a running call finishes and its answer arrives; nobody new gets in; a hold is told to call again and stays', async () => {
  let finish;
  const { upstream, holdfast, pay } = await house((request, response) => {
    finish = () => response.end('{"paid":true}');
  });
  const running = pay(5);
  await until('the call at the upstream', () => upstream.requests.length === 1);
  const waiting = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  const idle = await idleConnection(holdfast.agentPort);
  const closed = new Promise((resolve) => idle.on('close', resolve));

  const ended = holdfast.stop();
  await stopping(holdfast);
  await closed;
  const told = await waiting;
  assert.deepEqual([told.status, told.json.reason_code], [202, 'approval_pending'], told.text);
  await assert.rejects(pay(6), /ECONNREFUSED/);
  assert.equal(holdfast.child.exitCode, null, 'it waits for the call that runs');
  finish();
  const answer = await running;
  assert.deepEqual([answer.status, answer.text], [200, '{"paid":true}']);
  assert.deepEqual(await ended, { code: 0, signal: null });
  assert.equal(upstream.requests.length, 1);

  const states = (await holdfast.receipts()).map((entry) => entry.outcome.state);
  assert.deepEqual(states, ['succeeded']);
  await assertGreen(holdfast);
  await holdfast.start();
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
  await holdfast.stop();
  upstream.close();
});

test('a second signal ends the patience: what runs is cut off, named unknown, and the log is whole', async () => {
  const { upstream, holdfast, pay } = await house(() => {}); // the upstream never answers
  const lost = pay(5).catch((error) => error);
  await until('the call at the upstream', () => upstream.requests.length === 1);
  holdfast.child.kill('SIGTERM');
  await stopping(holdfast);
  holdfast.child.kill('SIGTERM');
  await until('its end, which otherwise takes ten seconds', () => holdfast.child.exitCode !== null, 8_000);
  assert.equal(holdfast.child.exitCode, 0);
  const answer = await lost;
  assert.ok(answer instanceof Error || answer.status === 504, answer.text);
  const states = (await holdfast.receipts()).map((entry) => entry.outcome.state);
  assert.deepEqual(states, ['outcome_unknown']);
  await assertGreen(holdfast);
  upstream.close();
});

test('a call that never ends is cut off after ten seconds without a second signal', async () => {
  const { upstream, holdfast, pay } = await house(() => {});
  const lost = pay(5).catch((error) => error);
  await until('the call at the upstream', () => upstream.requests.length === 1);
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null });
  await lost;
  assert.deepEqual((await holdfast.receipts()).map((entry) => entry.outcome.state), ['outcome_unknown']);
  await assertGreen(holdfast);
  upstream.close();
});

test('a disk that hangs for good: the stop ends all the same and says why; the vote whose evidence waited was not answered', async () => {
  const upstream = await startUpstream();
  const secret = newSecret();
  const alice = { id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: upstream.url, secret } };
  const config = await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, approvers: [alice] });
  const holdfast = new Holdfast(config);
  const gate = gateOf(holdfast, 'blobs');
  await holdfast.start(gate.env);
  await send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount: 5000 } });
  const hold = await holdfast.pending();
  const data = { approval_id: hold.id, vote: 'approve', digest: hold.digest };
  const vote = () => callback(`${holdfast.controlUrl}/v1/callbacks/alice`, secret, { id: 'msg_of_alice', data });

  gate.shut();
  const unanswered = assert.rejects(vote());
  const drafts = () => readdirSync(join(holdfast.folder, 'data/log/blobs')).filter((name) => name.endsWith('.new'));
  await until('the evidence to be written', () => drafts().length === 1);
  holdfast.child.kill('SIGTERM');
  await stopping(holdfast);
  holdfast.child.kill('SIGTERM');
  await until('its end', () => holdfast.child.exitCode !== null || holdfast.child.signalCode !== null, 60_000);
  assert.deepEqual(await holdfast.ended, { code: 3, signal: null });
  assert.match(holdfast.stderr, /^holdfast: the stop was given up: .*a disk that hangs/m);
  await unanswered;

  gate.open();
  await holdfast.start();
  const { status, approvals } = await holdfast.hold(hold.id);
  assert.deepEqual([status, approvals], ['pending', []]);
  assert.equal((await vote()).status, 200);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved');
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null });
  await assertGreen(holdfast);
  upstream.close();
});
