// A reload that comes at a bad moment: before there is anybody to hear it, while a release is on its way, while a vote is
// written down, and when it cannot be written down itself.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import test from 'node:test';
import { callback, newSecret, startApprover } from './support/approver.mjs';
import { gateOf } from './support/gate.mjs';
import { run, tokens } from './support/holdfast.mjs';
import { allEntries } from './support/log.mjs';
import { freePort, tempFolder } from './support/ports.mjs';
import { denyAll, house, policies } from './support/reloads.mjs';
import { until } from './support/until.mjs';
import { payment, startUpstream } from './support/upstream.mjs';

// A certificate for 127.0.0.1 that is its own authority: NAME.pem and NAME.key in the folder.
async function selfSigned(folder, name) {
  const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]);
  assert.equal(made.code, 0, made.stderr);
  return { cert: readFileSync(join(folder, `${name}.pem`)), key: readFileSync(join(folder, `${name}.key`)) };
}

test('SIGHUP and SIGUSR1 while the configuration is still being read are obeyed once there is somebody to', async () => {
  const { holdfast, upstream } = await house({ agents: [{ id: 'bot', token: 'file:bot' }] }, { start: false });
  const token = join(holdfast.folder, 'bot');
  const fifo = await run('mkfifo', [token]);
  assert.equal(fifo.code, 0, fifo.stderr);
  const started = holdfast.start();
  const pipe = await open(token, 'w'); // opened by the program too, which waits for what comes
  holdfast.child.kill('SIGHUP');
  holdfast.child.kill('SIGUSR1');
  rmSync(token);
  writeFileSync(token, 'token-of-bot-0123456789');
  await pipe.write('token-of-bot-0123456789');
  await pipe.close();
  await started;
  await until('the reload', () => /reloading why=SIGHUP/.test(holdfast.stderr) && / reloaded /.test(holdfast.stderr));
  await until('the halt', async () => (await holdfast.api('GET', '/readyz', undefined, '')).status === 503);
  await holdfast.kill();
  upstream.close();
});

test('a reload that the log cannot take is not applied, and is the next time', async () => {
  const { holdfast, pay, change, close } = await house();
  const blobs = join(holdfast.folder, 'data', 'log', 'blobs');
  renameSync(blobs, `${blobs}.away`);
  writeFileSync(blobs, '');
  await change({ rules: denyAll }, 'not_recorded');
  assert.equal((await pay(5)).status, 200, 'the one before is in force');
  assert.match(holdfast.stderr, /reload_refused why="?the receipt log did not take it/);
  assert.equal(policies(holdfast).length, 1);
  rmSync(blobs);
  renameSync(`${blobs}.away`, blobs);
  await change({ rules: denyAll });
  assert.equal((await pay(5)).status, 403);
  assert.equal(policies(holdfast).length, 2);
  await close();
});

test('the CA file of an upstream is read again, and connections that were made with the one before are not used', async () => {
  const folder = tempFolder();
  const [one, other] = [await selfSigned(folder, 'one'), await selfSigned(folder, 'other')];
  const secure = await startUpstream(undefined, { scheme: 'https', create: (handler) => createTlsServer(one, handler) });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, one.cert);
  const { pay, change, upstream, close } = await house({ upstreams: [{ ...payment(secure.url), tls: { ca } }] });
  const upstreams = [{ ...payment(secure.url), tls: { ca } }];
  assert.equal((await pay(5)).status, 200);
  writeFileSync(ca, other.cert);
  assert.equal((await pay(5)).status, 200, 'nobody has said so yet');
  await change({ upstreams });
  assert.equal((await pay(5)).json.reason_code, 'upstream_failed');
  writeFileSync(ca, one.cert);
  await change({ upstreams });
  assert.equal((await pay(5)).status, 200);
  assert.equal(secure.requests.length, 3);
  secure.close();
  assert.equal(upstream.requests.length, 0);
  await close();
});

test('a release that was judged before a reload is judged again: while the upstream shook hands, the policy changed', async () => {
  const folder = tempFolder();
  const secure = createTlsServer(await selfSigned(folder, 'upstream'), (request, response) => response.end('sent'));
  const sockets = [];
  let slow = true;
  const shake = (socket) => (secure.emit('connection', socket), socket.resume());
  const front = createServer({ pauseOnConnect: true }, (socket) => (slow ? sockets.push(socket) : shake(socket)));
  const port = await freePort();
  await new Promise((resolve) => front.listen(port, '127.0.0.1', resolve));
  const upstreams = [{ ...payment(`https://127.0.0.1:${port}`), tls: { ca: join(folder, 'upstream.pem') }, connect: '60s' }];
  const { holdfast, pay, change, close } = await house({ upstreams });
  const waiting = pay(5000, { prefer: 'wait=60' });
  const hold = await holdfast.pending();
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  await until('the connection', () => sockets.length === 1);
  await change({ upstreams, rules: denyAll });
  slow = false;
  sockets.forEach(shake);
  const refused = await waiting;
  assert.deepEqual([refused.status, refused.json.reason_code], [403, 'policy_changed'], refused.text);
  assert.equal((await holdfast.hold(hold.id)).status, 'policy_changed', 'its approval was not spent');
  assert.ok(!allEntries(holdfast).some((entry) => entry.kind === 'authorize'), 'nor was it written that it may be sent');
  await close();
  front.close();
});

test('while a reload is written down nothing is released: what had been judged before is judged again behind it', async () => {
  const folder = tempFolder();
  const made = await selfSigned(folder, 'upstream');
  const reached = [];
  const secure = createTlsServer(made, (request, response) => (reached.push(request.url), response.end('sent')));
  const sockets = [];
  let slow = false;
  const shake = (socket) => (secure.emit('connection', socket), socket.resume());
  const front = createServer({ pauseOnConnect: true }, (socket) => (slow ? sockets.push(socket) : shake(socket)));
  const port = await freePort();
  await new Promise((resolve) => front.listen(port, '127.0.0.1', resolve));
  const upstreams = [{ ...payment(`https://127.0.0.1:${port}`), tls: { ca: join(folder, 'upstream.pem') }, connect: '60s' }];
  const { holdfast, pay, results, config, upstream, close } = await house({ upstreams }, { start: false });
  const gate = gateOf(holdfast, 'blobs');
  await holdfast.start(gate.env);
  const [dialling, undecided] = [pay(5000, { prefer: 'wait=60' }), pay(6000, { prefer: 'wait=60' })];
  const holds = [await holdfast.pending((hold) => hold.args.amount === 5000), await holdfast.pending((hold) => hold.args.amount === 6000)];
  slow = true;
  assert.equal((await holdfast.vote(holds[0], 'approve')).status, 200);
  await until('the connection', () => sockets.length === 1);
  slow = false;

  const blobs = join(holdfast.folder, 'data', 'log', 'blobs');
  const before = readdirSync(blobs).length;
  gate.shut();
  holdfast.write({ ...config, rules: denyAll });
  holdfast.child.kill('SIGHUP');
  await until('the policy to be written', () => readdirSync(blobs).length > before);
  sockets.forEach(shake);
  assert.equal((await holdfast.vote(holds[1], 'approve')).status, 200);
  for (let i = 0; i < 5; ++i) assert.equal((await pay(5)).status, 200, 'what needs no release goes on under the policy before');
  gate.open();
  await until('the reload', async () => (await results())('applied') === 1);
  for (const answer of [await dialling, await undecided]) assert.deepEqual([answer.status, answer.json.reason_code], [403, 'policy_changed'], answer.text);
  assert.equal(reached.length, 5);
  assert.ok(!allEntries(holdfast).some((entry) => entry.kind === 'authorize'), 'no approval was spent');
  await close();
  front.close();
  upstream.close();
});

test('a token that is given to another agent while the call waits: the approval of the one is not released for the other', async () => {
  const [one, other] = ['token-of-the-first-01234', 'token-of-the-second-0123'];
  const agents = (a, b) => [{ id: 'clerk', token: a }, { id: 'chief', token: b }];
  const { holdfast, pay, change, upstream, close } = await house({ agents: agents(one, other) });
  const waiting = pay(5000, { prefer: 'wait=60', 'holdfast-agent-token': one });
  const hold = await holdfast.pending();
  assert.equal(hold.agent.id, 'clerk');
  await change({ agents: agents(other, one) });
  assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
  const refused = await waiting;
  assert.deepEqual([refused.status, refused.json.reason_code], [403, 'policy_changed'], refused.text);
  assert.equal(upstream.requests.length, 0);
  await close();
});

test('a callback whose secret is replaced while its evidence is written down is that of nobody', async () => {
  const [old, fresh] = [newSecret(), newSecret()];
  const alice = await startApprover(old);
  const approvers = [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret: 'file:secret' } }];
  const { holdfast, pay, results, upstream } = await house({ approvers }, { start: false });
  const gate = gateOf(holdfast, 'blobs');
  const secret = join(holdfast.folder, 'secret');
  writeFileSync(secret, old);
  await holdfast.start(gate.env);
  assert.equal((await pay(1000)).status, 202);
  const hold = await holdfast.pending();
  const blobs = join(holdfast.folder, 'data', 'log', 'blobs');
  const before = readdirSync(blobs).length;
  gate.shut();
  const data = { approval_id: hold.id, vote: 'approve', digest: hold.digest };
  const voting = callback(`${holdfast.controlUrl}/v1/callbacks/alice`, old, { data });
  await until('the evidence to be written', () => readdirSync(blobs).length > before);
  writeFileSync(secret, fresh);
  holdfast.child.kill('SIGHUP');
  await until('the reload', async () => (await results())('applied') === 1);
  gate.open();
  assert.equal((await voting).status, 401);
  assert.equal((await holdfast.hold(hold.id)).status, 'pending');
  assert.equal((await callback(`${holdfast.controlUrl}/v1/callbacks/alice`, fresh, { data })).status, 200);
  await holdfast.kill();
  alice.close();
  upstream.close();
});
