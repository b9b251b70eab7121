// Agents that are known by their certificate, by the listener they come in by, and by a token beside them: over real TLS.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import test, { after, before } from 'node:test';
import { certificatesIn } from './support/certificates.mjs';
import { Holdfast, makeConfig } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort, tempFolder } from './support/ports.mjs';
import { until } from './support/until.mjs';
import { payment, startUpstream } from './support/upstream.mjs';

const token = 'token-of-legacy-bot-0123456789';
const folder = tempFolder();
const file = (name) => join(folder, name);
const pem = (name) => readFileSync(file(name));

const { authority, issue } = certificatesIn(folder);

let upstream, holdfast, config, nightly;
before(async () => {
  await authority('ca');
  await authority('other');
  await issue('server', { subject: '/CN=holdfast', usage: 'serverAuth', names: 'IP:127.0.0.1' });
  await issue('support', { subject: '/O=Example/CN=support-bot' });
  await issue('research', { subject: '/CN=whoever', names: 'URI:spiffe://example/research-bot' });
  await issue('dns', { subject: '/CN=whoever', names: 'DNS:dns-bot.example' });
  await issue('both', { subject: '/O=Example/CN=support-bot', names: 'URI:spiffe://example/research-bot' });
  await issue('nobody', { subject: '/CN=nobody' });
  await issue('old', { subject: '/O=Example/CN=support-bot', days: '-1' });
  await issue('foreign', { subject: '/O=Example/CN=support-bot', by: 'other' });
  await issue('forserver', { subject: '/O=Example/CN=support-bot', usage: 'serverAuth' });
  upstream = await startUpstream();
  nightly = await freePort();
  config = await makeConfig({
    upstreams: [payment(upstream.url)],
    rules: [{ tool: 'payment.send', action: 'escalate', when: { 'args.amount': { gt: 100 } } }, { tool: 'payment.send', action: 'allow' }],
    agents: [
      { id: 'support-bot', mtls: 'CN=support-bot,O=Example' },
      { id: 'research-bot', mtls: 'URI:spiffe://example/research-bot' },
      { id: 'dns-bot', mtls: 'DNS:dns-bot.example' },
      { id: 'nightly-bot', listener: 'nightly' },
      { id: 'legacy-bot', token },
    ],
    limits: { header_time: '700ms' },
  });
  const tls = { cert: file('server.pem'), key: file('server.key'), client_ca: file('ca.pem') };
  config.agent_plane = { ...config.agent_plane, tls, listeners: [{ name: 'nightly', listen: `127.0.0.1:${nightly}` }] };
  holdfast = await Holdfast.start(config);
});
after(async () => {
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null });
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  upstream.close();
});

const showing = (name, more = {}) => ({ ca: pem('ca.pem'), ...(name ? { cert: pem(`${name}.pem`), key: pem(`${name}.key`) } : {}), ...more });

// A call over TLS that shows the certificate of that name.
function pay(name, { amount = 5, headers = {}, agent = false, padding = '', more } = {}) {
  const body = JSON.stringify({ to: 'acme', amount, padding });
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: '127.0.0.1', port: holdfast.agentPort, path: '/payment/v1/send', method: 'POST', agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }, ...showing(name, more),
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text, reused: request.reusedSocket });
    });
    request.end(body);
  });
}
const agentOf = async (answer) => (await until('the receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call']))[0])).agent;

test('an agent is known by the subject, or by a name, of its certificate; receipts say so', async () => {
  for (const [name, id] of [['support', 'support-bot'], ['research', 'research-bot'], ['dns', 'dns-bot']]) {
    const answer = await pay(name);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await agentOf(answer), { auth: 'mtls', id });
  }
});

test('an agent is known by its listener, and another by its token beside them', async () => {
  const answer = await send(`http://127.0.0.1:${nightly}`, { path: '/payment/v1/send', body: { amount: 5 } });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(await agentOf(answer), { auth: 'listener', id: 'nightly-bot' });
  const legacy = await pay(null, { headers: { 'holdfast-agent-token': token } });
  assert.deepEqual(await agentOf(legacy), { auth: 'token', id: 'legacy-bot' });
});

test('no certificate, and one of no agent, or of two: 401, and nothing is sent', async () => {
  const before = upstream.requests.length;
  for (const name of [null, 'nobody', 'both']) assert.equal((await pay(name)).status, 401, String(name));
  assert.equal(upstream.requests.length, before);
});

test('a token beside the certificate of another agent, or on the listener of another: 401', async () => {
  const before = upstream.requests.length;
  const headers = { 'holdfast-agent-token': token };
  assert.equal((await pay('support', { headers })).status, 401);
  assert.equal((await send(`http://127.0.0.1:${nightly}`, { path: '/payment/v1/send', body: { amount: 5 }, headers })).status, 401);
  assert.equal((await pay('nobody', { headers })).status, 200, 'a certificate of no agent takes nothing away');
  assert.equal(upstream.requests.length, before + 1);
});

test('a certificate of another authority, one that has ended, and one that is for servers end the handshake', async () => {
  const before = upstream.requests.length;
  for (const name of ['foreign', 'old', 'forserver']) await assert.rejects(pay(name), undefined, name);
  await until('the log', () => (holdfast.stderr.match(/handshake_failed .*the client's certificate does not hold/g) ?? []).length >= 3);
  assert.equal(upstream.requests.length, before);
});

test('what is no TLS, an older TLS, another protocol, and silence end before a request is read', async () => {
  const socket = connectTcp(holdfast.agentPort, '127.0.0.1', () => socket.write('POST /payment/v1/send HTTP/1.1\r\nHost: a\r\n\r\n'));
  await new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume());
  await assert.rejects(pay('support', { more: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } }));
  const other = connect({ port: holdfast.agentPort, host: '127.0.0.1', ...showing('support'), ALPNProtocols: ['h2'] });
  await new Promise((resolve) => other.on('error', resolve).on('close', resolve));
  const silent = connectTcp(holdfast.agentPort, '127.0.0.1');
  await new Promise((resolve) => silent.on('error', resolve).on('close', resolve).resume());
  assert.match(holdfast.stderr, /handshake_failed .*did not finish the TLS handshake in time/);
  assert.equal((await pay('support')).status, 200, 'nobody waited for them');
});

test('a connection carries one request after another, and large bodies both ways', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  assert.equal((await pay('support', { agent })).reused, false);
  const padding = 'x'.repeat(600_000);
  const answer = await pay('support', { agent, padding });
  assert.deepEqual([answer.status, answer.reused], [200, true]);
  assert.ok(answer.text.includes(padding.slice(0, 500_000)), 'the upstream echoes it');
  agent.destroy();
});

test('a held call belongs to its certificate: another one does not redeem it, and who leaves is noticed', async () => {
  assert.equal((await pay('support', { amount: 1000 })).status, 202);
  const hold = await holdfast.pending((one) => one.args.amount === 1000);
  assert.equal(hold.agent.id, 'support-bot');
  await holdfast.vote(hold, 'approve');
  const before = upstream.requests.length;
  assert.equal((await pay('research', { amount: 1000 })).status, 202, 'a call of its own');
  assert.equal(upstream.requests.length, before);
  assert.equal((await pay('support', { amount: 1000 })).status, 200);

  const agent = new Agent();
  const leaving = pay('support', { amount: 2000, agent, headers: { prefer: 'wait=60' } }).catch(() => {});
  const held = await holdfast.pending((one) => one.args.amount === 2000);
  for (const sockets of Object.values(agent.sockets)) sockets.forEach((socket) => socket.destroy());
  await leaving;
  await until('the hold to be detached', async () => (await holdfast.hold(held.id)).detached);
  await holdfast.vote(held, 'approve');
  assert.equal(upstream.requests.length, before + 1, 'nothing runs for who has left');
});

test('a reload takes the authority away: neither an open connection nor a held call is that agent any more', async () => {
  const reload = async (change) => {
    const applied = holdfast.stderr.split(' reloaded ').length;
    await change();
    holdfast.child.kill('SIGHUP');
    await until('the reload', () => holdfast.stderr.split(' reloaded ').length > applied);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  assert.equal((await pay('support', { agent })).status, 200);
  const waiting = pay('support', { amount: 3000, headers: { prefer: 'wait=60' } });
  const held = await holdfast.pending((one) => one.args.amount === 3000);
  const before = upstream.requests.length;
  writeFileSync(file('ca.copy'), pem('ca.pem'));
  writeFileSync(file('now.pem'), pem('other.pem'));
  config.agent_plane.tls.client_ca = file('now.pem');
  await reload(() => holdfast.write(config));
  const open = await pay('support', { agent });
  assert.deepEqual([open.status, open.reused], [401, true]);
  assert.equal((await pay('foreign')).status, 200, 'whom the new one vouches for');
  await holdfast.vote(held, 'approve');
  assert.equal((await waiting).status, 403);
  assert.equal((await holdfast.hold(held.id)).status, 'policy_changed');
  assert.equal(upstream.requests.length, before + 1);
  await reload(() => writeFileSync(file('now.pem'), pem('ca.copy')));
  assert.equal((await pay('support')).status, 200, 'the file is read again by the same name');
  await assert.rejects(pay('foreign'));
  agent.destroy();
});

test('files that cannot be used are named, and nothing starts', async () => {
  const check = async (tls) => {
    const other = new Holdfast({ ...config, agents: [], agent_plane: { listen: '127.0.0.1:0', listeners: config.agent_plane.listeners, tls } });
    const said = await other.cli('check');
    assert.notEqual(said.code, 0);
    return said.stdout + said.stderr;
  };
  assert.match(await check({ cert: file('nothing.pem'), key: file('server.key') }), /nothing\.pem cannot be read/);
  assert.match(await check({ cert: file('server.pem'), key: file('support.key') }), /support\.key cannot be read, or is not that of/);
  assert.match(await check({ cert: file('server.pem'), key: file('server.key'), client_ca: file('server.key') }), /CA file .*server\.key cannot be read/);
});
