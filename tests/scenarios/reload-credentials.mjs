// Whose credential is replaced, taken away or read again by a reload: what it opens, and what it has voted for.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { callback, newSecret, startApprover } from './support/approver.mjs';
import { tokens } from './support/holdfast.mjs';
import { tempFolder } from './support/ports.mjs';
import { house, policies, receiptOf, two } from './support/reloads.mjs';

test('an approver who is removed votes no more, by token or callback, and her vote counts no more', async () => {
  const secret = newSecret();
  const alice = await startApprover(secret);
  const approvers = [{ ...two[0], webhook: { url: alice.url, secret } }, two[1]];
  const { holdfast, pay, change, close } = await house({ approvers });
  const approved = await pay(1000);
  assert.equal(approved.status, 202);
  const lost = await holdfast.pending((one) => one.args.amount === 1000);
  await holdfast.vote(lost, 'approve');
  assert.equal((await pay(2000)).status, 202);
  const undecided = await holdfast.pending((one) => one.args.amount === 2000);
  await change({ approvers: [two[1]] });
  assert.equal((await holdfast.vote(undecided, 'approve')).status, 401, 'her token opens nothing');
  const data = { approval_id: undecided.id, vote: 'approve', digest: undecided.digest };
  assert.equal((await callback(`${holdfast.controlUrl}/v1/callbacks/alice`, secret, { data })).status, 401);
  assert.equal((await pay(1000)).status, 202, 'the call she approved waits again');
  const again = (await holdfast.api('GET', `/v1/approvals/${lost.id}`, undefined, tokens.bob)).body;
  assert.deepEqual([again.status, again.pending_approvers], ['pending', ['bob']]);
  assert.equal((await holdfast.vote(undecided, 'approve', { token: tokens.bob })).status, 200);
  assert.equal((await pay(2000)).status, 200);
  alice.close();
  await close();
});

test('tokens rotate: the one before opens nothing, on either plane', async () => {
  const [old, fresh] = ['token-of-bot-before-012345', 'token-of-bot-afterwards-0123'];
  const admin = { id: 'oncall', token: 'token-of-oncall-0123456789', roles: ['admin'] };
  const { holdfast, pay, config, change, close } = await house({ agents: [{ id: 'bot', token: old }] });
  const as = async (token) => (await pay(5, { 'holdfast-agent-token': token })).status;
  assert.deepEqual([await as(old), await as(fresh)], [200, 401]);
  const control_plane = { ...config.control_plane, tokens: [admin] };
  await change({ agents: [{ id: 'bot', token: fresh }], control_plane, approvers: [{ ...two[0], token: tokens.carol }, two[1]] });
  assert.deepEqual([await as(old), await as(fresh)], [401, 200]);
  const statuses = [];
  for (const token of [tokens.alice, tokens.carol, admin.token]) statuses.push((await holdfast.api('GET', '/v1/approvals', undefined, token)).status);
  assert.deepEqual(statuses, [401, 200, 200]);
  await close();
});

test('a vote is undone when its token is replaced: not sent, cast again with the new token, sent', async () => {
  const { upstream, holdfast, pay, change, close } = await house();
  const fresh = 'token-of-alice-afterwards-01';
  assert.equal((await pay(1000)).status, 202);
  const hold = await holdfast.pending();
  assert.equal((await holdfast.vote(hold, 'approve')).body.status, 'approved');
  await change({ approvers: [{ ...two[0], token: fresh }, two[1]] });
  assert.equal((await pay(1000)).status, 202, 'it waits again');
  assert.equal(upstream.requests.length, 0);
  const seen = async () => (await holdfast.api('GET', `/v1/approvals/${hold.id}`, undefined, tokens.bob)).body;
  const back = await seen();
  assert.deepEqual([back.status, back.pending_approvers, back.approvals[0].stands], ['pending', ['alice', 'bob'], false]);
  assert.equal((await holdfast.vote(hold, 'approve')).status, 401, 'the one before opens nothing');
  assert.equal((await holdfast.vote(hold, 'approve', { token: fresh })).body.status, 'approved');
  assert.equal((await pay(1000)).status, 200);
  assert.equal(upstream.requests.length, 1);
  const text = JSON.stringify([await seen(), holdfast.stderr]);
  assert.ok(!text.includes('credential_') && !text.includes(fresh));

  // Beside a vote that stands it is in the receipt, and for no group: a verifier does not count it either.
  assert.equal((await pay(2000)).status, 202);
  const other = await holdfast.api('GET', '/v1/approvals?status=pending', undefined, fresh).then(({ body }) => body.approvals[0]);
  assert.equal((await holdfast.vote(other, 'approve', { token: fresh })).status, 200);
  await change({ approvers: two });
  assert.equal((await pay(2000)).status, 202);
  assert.equal((await holdfast.vote(other, 'approve', { token: tokens.bob })).status, 200);
  const sent = await pay(2000);
  assert.equal(sent.status, 200);
  const receipt = await receiptOf(holdfast, sent);
  assert.deepEqual(receipt.approvals.map(({ kid, group }) => [kid, group]), [['alice', undefined], ['bob', 'lead']]);
  await close();
});

test('a webhook secret rotates: a vote by the one before counts while that stays second, and then no more', async () => {
  const [old, fresh] = [newSecret(), newSecret()];
  const alice = await startApprover(old);
  const by = (...secrets) => ({ approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secrets } }] });
  const { upstream, holdfast, pay, change, close } = await house(by(old));
  const vote = async (amount, secret) => {
    const hold = await holdfast.pending((one) => one.args.amount === amount);
    const data = { approval_id: hold.id, vote: 'approve', digest: hold.digest };
    return (await callback(`${holdfast.controlUrl}/v1/callbacks/alice`, secret, { data })).status;
  };
  for (const amount of [1000, 2000]) {
    assert.equal((await pay(amount)).status, 202);
    assert.equal(await vote(amount, old), 200);
  }
  await change(by(fresh, old));
  assert.equal((await pay(1000)).status, 200, 'the rotation undoes nothing');
  assert.equal((await pay(3000)).status, 202);
  assert.equal(await vote(3000, old), 200);
  await change(by(fresh));
  for (const amount of [2000, 3000]) {
    assert.equal((await pay(amount)).status, 202, 'what the one before approved waits again');
    assert.equal(await vote(amount, old), 401);
    assert.equal(await vote(amount, fresh), 200);
    assert.equal((await pay(amount)).status, 200);
  }
  assert.equal(upstream.requests.length, 3);
  alice.close();
  await close();
});

test('a secret in a file is read again, and the same files are not recorded again', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'alice'), tokens.alice);
  const { holdfast, change, close } = await house({ approvers: [{ ...two[0], token: 'file:alice' }] }, { folder });
  writeFileSync(join(folder, 'alice'), tokens.carol);
  await change({ approvers: [{ ...two[0], token: 'file:alice' }] });
  assert.equal((await holdfast.api('GET', '/v1/approvals', undefined, tokens.alice)).status, 401);
  assert.equal((await holdfast.api('GET', '/v1/approvals', undefined, tokens.carol)).status, 200);
  assert.equal(policies(holdfast).length, 1);
  await close();
});
