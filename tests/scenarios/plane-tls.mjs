// TLS on the control plane and the PDP plane: over real sockets, with node's https client and with our own command line.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { certificatesIn } from './support/certificates.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { freePort, tempFolder } from './support/ports.mjs';
import { until } from './support/until.mjs';
import { payment, startUpstream } from './support/upstream.mjs';

const pdpToken = 'token-of-the-proxy-0123456789';
const folder = tempFolder();
const file = (name) => join(folder, name);
const pem = (name) => readFileSync(file(name));

const { authority, issue } = certificatesIn(folder);

let upstream, holdfast, config, control, pdp;
before(async () => {
  await authority('ca');
  await authority('other');
  await issue('server', { usage: 'serverAuth', names: 'IP:127.0.0.1' });
  await issue('elsewhere', { usage: 'serverAuth', names: 'DNS:elsewhere.example' });
  await issue('alice');
  await issue('mallory', { by: 'other' });
  upstream = await startUpstream();
  [control, pdp] = [await freePort(), await freePort()];
  config = await makeConfig({
    upstreams: [payment(upstream.url)],
    rules: [{ tool: 'payment.send', action: 'escalate', when: { 'args.amount': { gt: 100 } } }, { tool: 'payment.send', action: 'allow' }],
    agents: [{ id: 'bot' }],
  });
  copyFileSync(file('server.pem'), file('now.pem'));
  copyFileSync(file('server.key'), file('now.key'));
  const tls = { cert: file('now.pem'), key: file('now.key') };
  config.control_plane = { listen: `0.0.0.0:${control}`, url: `https://127.0.0.1:${control}`, tls: { ...tls, client_ca: file('ca.pem') } };
  config.pdp_plane = { listen: `0.0.0.0:${pdp}`, token: pdpToken, tls };
  holdfast = await Holdfast.start(config);
});
after(async () => {
  assert.deepEqual(await holdfast.stop(), { code: 0, signal: null });
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  upstream.close();
});

const showing = (name, ca = 'ca') => ({ ca: pem(`${ca}.pem`), ...(name ? { cert: pem(`${name}.pem`), key: pem(`${name}.key`) } : {}) });
function ask(port, path, { name = 'alice', ca, token = tokens.alice, body, agent = false } = {}) {
  const text = body ? JSON.stringify(body) : '';
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: '127.0.0.1', port, path, method: body ? 'POST' : 'GET', agent, ...showing(name, ca),
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) },
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      let answer = '';
      for await (const chunk of response.setEncoding('utf8')) answer += chunk;
      resolve({ status: response.statusCode, body: JSON.parse(answer), reused: request.reusedSocket });
    });
    request.end(text);
  });
}
const cli = (...args) => holdfast.cli(...args, '--ca', file('ca.pem'), '--cert', file('alice.pem'), '--key', file('alice.key'));
async function reload(change = () => {}) {
  const applied = holdfast.stderr.split(' reloaded ').length;
  change();
  holdfast.write(config);
  holdfast.child.kill('SIGHUP');
  await until('the reload', () => holdfast.stderr.split(' reloaded ').length > applied);
}

test('a hold is listed, approved and released over TLS, by the API and by the command line', async () => {
  const held = send(holdfast.agentUrl, { path: '/payment/v1/send', body: { amount: 5000 }, headers: { prefer: 'wait=60' } });
  const hold = await until('the hold', async () => (await ask(control, '/v1/approvals?status=pending')).body.approvals[0]);
  const listed = await cli('approvals', 'list', '--json');
  assert.equal(listed.code, 0, listed.stderr);
  assert.equal(JSON.parse(listed.stdout).approvals[0].id, hold.id);
  const approved = await cli('approvals', 'approve', hold.id);
  assert.equal(approved.code, 0, approved.stderr);
  assert.equal((await held).status, 200);
});

test('who shows no certificate, or one of another authority, is refused before a request is read', async () => {
  const failed = holdfast.stderr.split('handshake_failed').length;
  await assert.rejects(ask(control, '/healthz', { name: null }));
  await assert.rejects(ask(control, '/v1/approvals', { name: 'mallory' }));
  await until('the log', () => holdfast.stderr.split('handshake_failed').length >= failed + 2);
  assert.equal((await ask(control, '/v1/approvals', { token: 'a-token-of-nobody-0123456789' })).status, 401, 'a certificate is no token');
});

test('in the clear there is no answer, and the token of the command line is not sent', async () => {
  await assert.rejects(fetch(`http://127.0.0.1:${control}/healthz`));
  await assert.rejects(fetch(`http://127.0.0.1:${pdp}/v1/check`, { method: 'POST' }));
  const address = Object.values(networkInterfaces()).flat().find((one) => !one.internal && one.family === 'IPv4')?.address ?? '192.0.2.1';
  const refused = await cli('approvals', 'list', '--control', `http://${address}:${control}`);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /your token would cross the network to .* in the clear: write https:\/\//);
});

test('the command line verifies who vouches for the control plane, and for which name', async () => {
  const stranger = await holdfast.cli('approvals', 'list', '--ca', file('other.pem'), '--cert', file('alice.pem'), '--key', file('alice.key'));
  assert.equal(stranger.code, 3);
  assert.match(stranger.stderr, /the certificate of 127\.0\.0\.1 does not hold/);
  const rootless = await holdfast.cli('approvals', 'list');
  assert.match(rootless.stderr, /the certificate of 127\.0\.0\.1 does not hold/, 'the system vouches for nobody here');
  const nobody = await holdfast.cli('approvals', 'list', '--ca', file('ca.pem'));
  assert.equal(nobody.code, 3, 'it shows no certificate');
  await reload(() => (copyFileSync(file('elsewhere.pem'), file('now.pem')), copyFileSync(file('elsewhere.key'), file('now.key'))));
  const misnamed = await cli('approvals', 'list');
  assert.equal(misnamed.code, 3);
  assert.match(misnamed.stderr, /the certificate of 127\.0\.0\.1 does not hold: IP address mismatch/);
  await reload(() => (copyFileSync(file('server.pem'), file('now.pem')), copyFileSync(file('server.key'), file('now.key'))));
  assert.equal((await cli('approvals', 'list')).code, 0, 'the files are read again by the same names');
});

test('a check is asked over TLS; its token is the only credential where no certificate is asked for', async () => {
  const body = { tool: 'payment.send', agent: 'bot', args: { amount: 5 } };
  const answer = await ask(pdp, '/v1/check', { name: null, token: pdpToken, body });
  assert.deepEqual([answer.status, answer.body.allowed], [200, true]);
  assert.equal((await ask(pdp, '/v1/check', { name: null, body })).status, 401);
});

test('a reload takes the authority away: an open connection gets no more than a 401', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  assert.equal((await ask(control, '/v1/approvals', { agent })).status, 200);
  config.control_plane.tls.client_ca = file('other.pem');
  await reload();
  const open = await ask(control, '/v1/approvals', { agent });
  assert.deepEqual([open.status, open.reused], [401, true]);
  agent.destroy();
  assert.equal((await ask(control, '/v1/approvals', { name: 'mallory' })).status, 200, 'whom the new one vouches for');
  config.control_plane.tls.client_ca = file('ca.pem');
  await reload();
});

test('beyond loopback without TLS nothing starts, and a reload that takes TLS away is refused', async () => {
  const { tls, ...bare } = config.control_plane;
  const naked = new Holdfast({ ...config, control_plane: bare });
  const said = await naked.cli('check');
  assert.equal(said.code, 1);
  assert.match(said.stdout, /`control_plane\.listen` is not a loopback address, and without TLS tokens would cross the network in the clear/);
  await assert.rejects(naked.start(), /has errors; nothing was started/);
  holdfast.write({ ...config, control_plane: bare });
  holdfast.child.kill('SIGHUP');
  await until('the refusal', () => holdfast.stderr.includes('reload_refused'));
  assert.equal((await ask(control, '/v1/approvals')).status, 200);
  await assert.rejects(fetch(`http://127.0.0.1:${control}/healthz`));
  holdfast.write(config);
});
