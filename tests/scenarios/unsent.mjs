// Calls that are caught after their approval was spent and the log told, and before their first byte: not sent, and store
// and log name the same ending, also after kill -9. The log's syncs wait while a file is there (gate/gate.cpp), which
// makes that moment as long as the test needs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { gateOf } from './support/gate.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { allEntries, turns } from './support/log.mjs';
import { startUpstream } from './support/upstream.mjs';
import { until } from './support/until.mjs';

const oncall = 'token-of-oncall-0123456789';
const mcp = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' };
const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'send', arguments: { amount: 5000 } } };

const done = JSON.stringify({ jsonrpc: '2.0', id: call.id, result: { content: [] } });

async function house() {
  const upstream = await startUpstream((request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(done));
  const config = await makeConfig({
    upstreams: [{ name: 'payment', protocol: 'mcp', url: `${upstream.url}/mcp`, path: '/mcp' }],
    rules: [{ tool: 'payment.send', action: 'escalate' }],
    default: 'allow',
    hold: { wait: '60s' },
  });
  config.control_plane.tokens = [{ id: 'oncall', token: 'file:oncall', roles: ['admin'] }];
  const holdfast = new Holdfast(config);
  writeFileSync(join(holdfast.folder, 'oncall'), oncall);
  const gate = gateOf(holdfast, 'segments');
  await holdfast.start(gate.env);
  const post = (body, signal) => send(holdfast.agentUrl, { path: '/mcp', headers: mcp, body, signal });
  return { upstream, holdfast, post, gate };
}

async function caught({ holdfast, post, gate }, signal) {
  const answer = post(call, signal);
  const hold = await holdfast.pending();
  gate.shut();
  await holdfast.vote(hold, 'approve');
  // Written, and not synced. Released alone it may still be given back, and run another time.
  await until('the log to be told', () => allEntries(holdfast).some((entry) => entry.kind === 'authorize'));
  assert.equal((await holdfast.hold(hold.id)).status, 'released');
  return { answer, hold };
}

// The refusal in the last event of the stream.
const refusal = (answer) => JSON.parse(/^data: (.*)$/m.exec(answer.text.slice(answer.text.lastIndexOf('data: ')))[1]);

async function assertEnded(holdfast, hold, ending) {
  await until('the receipt', async () => (await holdfast.receipts(hold.call_id)).length === 1);
  for (const again of [true, false]) {
    const after = await until('the ending', async () => {
      const now = await holdfast.hold(hold.id);
      return now.resolution && now;
    });
    assert.deepEqual([after.status, after.resolution], ['released', ending]);
    const [receipt, ...more] = await holdfast.receipts(hold.call_id);
    assert.deepEqual([receipt.outcome.state, more], [ending, []]);
    assert.ok(receipt.prev, 'it points at its authorize entry');
    assert.equal(receipt.outcome.sent, undefined);
    const verified = await holdfast.verifyAll();
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    if (!again) return;
    await holdfast.kill();
    await holdfast.start();
  }
}

test('halted at that moment: not sent, ended as halted; after the resume it is a new call', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  const halted = holdfast.api('POST', '/v1/halt', {}, tokens.alice);
  await until('the halt', async () => (await holdfast.api('GET', '/readyz', undefined, '')).status === 503);
  gate.open();
  assert.equal((await halted).status, 200);
  const refused = refusal(await answer);
  assert.equal(refused.result._meta['holdfast/refusal'].reason_code, 'halted');
  await assertEnded(holdfast, hold, 'halted');
  assert.equal((await holdfast.api('POST', '/v1/resume', {}, oncall)).status, 200);
  post(call).catch(() => {});
  assert.notEqual((await holdfast.pending()).id, hold.id, 'people are asked anew');
  assert.equal(upstream.requests.length, 0);
  await holdfast.kill();
  upstream.close();
});

test('halted and resumed at that moment: what began before the halt does not leave after it', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  const halted = holdfast.api('POST', '/v1/halt', {}, tokens.alice);
  await until('the halt', async () => (await holdfast.api('GET', '/readyz', undefined, '')).status === 503);
  const resumed = holdfast.api('POST', '/v1/resume', {}, oncall);
  gate.open();
  assert.deepEqual([(await halted).status, (await resumed).status], [200, 200]);
  await answer;
  await assertEnded(holdfast, hold, 'halted');
  assert.equal(upstream.requests.length, 0);
  await holdfast.kill();
  upstream.close();
});

test('cancelled at that moment: not sent, ended as upstream_failed, and the cancellation goes no further', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  const cancelled = await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
  assert.equal(cancelled.status, 202);
  gate.open();
  await answer.catch(() => {});
  await assertEnded(holdfast, hold, 'upstream_failed');
  assert.equal(upstream.requests.length, 0, 'neither the call nor its cancellation');
  await holdfast.kill();
  upstream.close();
});

test('the upstream hangs up at that moment: dialled again and sent, once; the approval is not lost', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  upstream.server.closeAllConnections();
  await until('the connection to be closed', async () => (await promisify(upstream.server.getConnections).call(upstream.server)) === 0);
  gate.open();
  const answered = await answer;
  assert.match(answered.text, /"result":{"content":\[\]}/);
  assert.equal(upstream.requests.length, 1);
  await until('the ending', async () => (await holdfast.hold(hold.id)).resolution === 'succeeded');
  // The hold has its ending before the receipt is in the log, which waits for company.
  const receipts = await until('the receipt', async () => {
    const found = await holdfast.receipts(hold.call_id);
    return found.length > 0 && found;
  });
  assert.deepEqual(receipts.map((receipt) => receipt.outcome.state), ['succeeded']);
  await holdfast.kill();
  upstream.close();
});

test('upstream and client hang up at that moment: dialled again and not sent, ended as upstream_failed', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const client = new AbortController();
  const { answer, hold } = await caught({ holdfast, post, gate }, client.signal);
  upstream.server.closeAllConnections();
  await until('the connection to be closed', async () => (await promisify(upstream.server.getConnections).call(upstream.server)) === 0);
  const dialled = once(upstream.server, 'connection');
  client.abort();
  await assert.rejects(answer); // its socket is closed
  gate.open();
  await dialled;
  await assertEnded(holdfast, hold, 'upstream_failed');
  assert.equal(upstream.requests.length, 0);
  await holdfast.kill();
  upstream.close();
});

test('the policy is replaced at that moment, and the upstream hung up: dialled again, not sent, ended as policy_changed', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  upstream.server.closeAllConnections();
  await until('the connection to be closed', async () => (await promisify(upstream.server.getConnections).call(upstream.server)) === 0);
  // A reload whose entries the log takes before its syncs wait: it has none, only secrets of the same files change.
  writeFileSync(join(holdfast.folder, 'oncall'), `${oncall}-and-another`);
  holdfast.child.kill('SIGHUP');
  await until('the reload', () => / reloaded /.test(holdfast.stderr));
  gate.open();
  assert.equal(refusal(await answer).result._meta['holdfast/refusal'].reason_code, 'policy_changed');
  await assertEnded(holdfast, hold, 'policy_changed');
  assert.equal(upstream.requests.length, 0);
  await holdfast.kill();
  upstream.close();
});

test('the upstream goes away at that moment: not sent, ended as upstream_failed', async () => {
  const { upstream, holdfast, post, gate } = await house();
  const { answer, hold } = await caught({ holdfast, post, gate });
  upstream.close();
  gate.open();
  assert.equal(refusal(await answer).result._meta['holdfast/refusal'].reason_code, 'upstream_failed');
  await assertEnded(holdfast, hold, 'upstream_failed');
  assert.equal(upstream.requests.length, 0);
  await holdfast.kill();
});

test('kill -9 when the store has a halt and the log has not: one entry at the next start, and no second one', async () => {
  const { upstream, holdfast, gate } = await house();
  gate.shut();
  const lost = holdfast.api('POST', '/v1/halt', { reason: 'now' }, tokens.alice).catch(() => {});
  await until('the store to have it, and the log to be told', () => holdfast.stderr.includes(' halted by=alice'));
  await holdfast.kill();
  gate.open();
  await lost;
  for (let start = 0; start < 2; ++start) {
    await holdfast.start();
    assert.match(holdfast.stdout, /halted=true/);
    assert.deepEqual(turns(holdfast).map((turn) => [turn.act, turn.reason]), [['halt', 'now']]);
    await holdfast.kill();
  }
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  upstream.close();
});
