// Proxies that ask before they pass a request on: nginx and Caddy as they come from Debian, with the files of
// examples/ask-only; Envoy and Traefik by what they send (docs/ask-only.md).
import assert from 'node:assert/strict';
import test from 'node:test';
import { agents, askingHouse, pdpToken } from './support/asking.mjs';
import { startCaddyBeside, startNginxBeside } from './support/beside.mjs';
import { raw, send, statusOf } from './support/http.mjs';
import { until } from './support/until.mjs';

const crm = (url, more = {}) => ({
  name: 'crm',
  protocol: 'http',
  url,
  path: '/crm/',
  method_in_body: 'keep',
  tools: [
    { name: 'customer.show', match: 'GET /customers/{id}' },
    { name: 'customer.note', match: 'POST /customers/{id}/notes' },
    { name: 'customer.tag', match: 'POST /customers/{id}/tags' },
    { name: 'report.run', match: 'POST /reports/{name}' },
  ],
  ...more,
});
const rules = [
  { tool: 'crm.customer.show', action: 'allow', when: { 'agent.id': 'support-bot' } },
  { tool: 'crm.customer.note', action: 'allow', when: { 'body.text': { length: { lt: 500 } } } },
  { tool: 'crm.customer.tag', action: 'allow' },
  { tool: 'crm.report.run', action: 'escalate', reason: 'Reports go through a person' },
];

async function house({ upstream = {} } = {}) {
  const made = await askingHouse({ rules }, { upstreams: (url) => [crm(url, upstream)] });
  const places = { pdpPort: made.pdpPort, upstreamPort: made.upstream.port };
  const as = (agent) => ({ 'holdfast-agent-token': agents[agent].token });
  return { ...made, places, as };
}

// What a proxy shows its client of a no: whatever it is, it is no 2xx, and nothing reached the upstream.
async function refused(house, answer, count) {
  assert.equal(answer.status, 403, answer.text);
  assert.equal(house.upstream.requests.length, count, 'nothing reached the upstream');
}

// The status of a request whose target stands on the wire as it is written here.
const unfolded = async (port, method, target, headers) =>
  statusOf(await raw(port, `${method} ${target} HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`));

const receipts = async (house) => (await house.holdfast.receipts()).filter((entry) => entry.kind === 'receipt');

test('nginx: what is allowed passes, what is not is 403, and each leaves its receipt', async () => {
  const made = await house();
  const { upstream, places, as, close } = made;
  const nginx = await startNginxBeside(places);
  const ask = (method, path, options = {}) => send(nginx.url, { method, path, ...options, headers: { ...as(0), ...options.headers } });

  const shown = await ask('GET', '/crm/customers/7?fields=name', { headers: { 'holdfast-context': '{}' } });
  assert.equal(shown.status, 200, shown.text + nginx.log());
  assert.deepEqual([upstream.requests[0].method, upstream.requests[0].path], ['GET', '/crm/customers/7?fields=name']);
  assert.ok(!upstream.requests[0].rawHeaders.some((name) => /^holdfast-/i.test(name)));
  await refused(made, await send(nginx.url, { method: 'GET', path: '/crm/customers/7', headers: as(1) }), 1);
  await refused(made, await send(nginx.url, { method: 'GET', path: '/crm/customers/7' }), 1);
  await refused(made, await ask('DELETE', '/crm/customers/7'), 1);
  await refused(made, await ask('GET', '/crm/customers/7/secrets'), 1);
  const [newest] = await receipts(made);
  assert.deepEqual([newest.request.tool, newest.outcome.state], ['crm.http.get', 'policy_denied']);
  const allowed = (await receipts(made)).find((entry) => entry.outcome.state === 'permitted');
  assert.deepEqual([allowed.request.tool, allowed.request.protocol, allowed.agent], ['crm.customer.show', 'check-http', { id: 'support-bot', auth: 'token' }]);
  assert.match(allowed.request.target, /\/customers\/7\?fields=name$/);

  // A rule that reads a body it is not shown allows nothing; one that does not, and no body that could say more, may.
  const noted = await ask('POST', '/crm/customers/7/notes', { body: { text: 'short' } });
  await refused(made, noted, 1);
  assert.equal(noted.json.reason_code, 'policy_denied');
  assert.equal((await ask('POST', '/crm/customers/7/tags', { body: { tag: 'x' } })).status, 200);
  assert.equal(upstream.requests[1].body.toString(), '{"tag":"x"}');
  nginx.close();
  await close();
});

test('nginx: a call that needs approval is refused with its approval id; approved, the same call passes once, without a body', async () => {
  const made = await house();
  const { upstream, holdfast, places, as, close } = made;
  const nginx = await startNginxBeside(places);
  const report = (name, body, agent = 0) => send(nginx.url, { method: 'POST', path: `/crm/reports/${name}`, body, headers: as(agent) });
  const waits = await report('week', { to: 'me' });
  await refused(made, waits, 0);
  assert.equal(waits.json.reason_code, 'approval_pending');
  const hold = await holdfast.hold(waits.json.approval_id);
  assert.deepEqual([hold.tool, hold.method, hold.reason], ['crm.report.run', 'POST', rules[3].reason]);
  assert.equal((await report('week', {})).json.approval_id, waits.json.approval_id, 'the same call is the same hold');
  assert.notEqual((await report('month', {})).json.approval_id, waits.json.approval_id);
  assert.notEqual((await report('week', {}, 1)).json.approval_id, waits.json.approval_id);
  await holdfast.vote(hold, 'approve');
  const both = await Promise.all([report('week', { to: 'somebody else' }), report('week', {})]);
  assert.deepEqual(both.map((one) => one.status).sort(), [200, 403], both.map((one) => one.text).join());
  assert.equal(upstream.requests.length, 1);
  assert.deepEqual([upstream.requests[0].path, upstream.requests[0].body.length], ['/crm/reports/week', 0], 'what was approved is all there is');
  const receipt = (await holdfast.receipts(hold.call_id))[0];
  assert.deepEqual([receipt.outcome.state, receipt.decision.effect, receipt.approvals.length], ['permitted', 'escalate', 1]);
  await refused(made, await report('week', {}), 1);
  nginx.close();
  await close();
});

test('nginx: a client that writes the headers of the question itself names nothing by it', async () => {
  const made = await house();
  const { upstream, places, as, close } = made;
  const nginx = await startNginxBeside(places);
  const forged = { 'x-original-uri': '/crm/customers/7', 'x-original-method': 'GET', 'x-forwarded-uri': '/crm/customers/7', 'x-forwarded-method': 'GET' };
  await refused(made, await send(nginx.url, { method: 'DELETE', path: '/crm/customers/7', headers: { ...as(0), ...forged } }), 0);
  assert.equal((await send(nginx.url, { method: 'GET', path: '/crm/customers/7', headers: { ...as(0), ...forged } })).status, 200);
  assert.deepEqual([upstream.requests[0].headers['x-original-uri'], upstream.requests[0].headers['x-original-method']], [undefined, undefined]);
  for (const name of ['x-original-url', 'x-rewrite-url', 'x-http-method-override'])
    await refused(made, await send(nginx.url, { method: 'GET', path: '/crm/customers/7', headers: { ...as(0), [name]: '/crm/x' } }), 1);
  for (const path of ['/crm//customers/7', '/crm/x/../customers/7', '/crm/customers/7;a=b', '/crm/customers%2F7', '/crm/customers/7/'])
    assert.ok([400, 403].includes(await unfolded(nginx.port, 'GET', path, as(0))), path);
  assert.equal(upstream.requests.length, 1);
  nginx.close();
  await close();
});

test('nginx: without X-Original-URI in its configuration nothing passes, and while Holdfast is away neither', async () => {
  const made = await house();
  const { holdfast, upstream, places, as, close } = made;
  const nginx = await startNginxBeside(places, (text, name) => (name === 'holdfast_ask.conf' ? text.replace(/^proxy_set_header X-Original-URI.*$/m, '') : text));
  await refused(made, await send(nginx.url, { method: 'GET', path: '/crm/customers/7', headers: as(0) }), 0);
  nginx.close();
  const good = await startNginxBeside(places);
  assert.equal((await send(good.url, { method: 'GET', path: '/crm/customers/7', headers: as(0) })).status, 200);
  await holdfast.kill();
  assert.equal((await send(good.url, { method: 'GET', path: '/crm/customers/7', headers: as(0) })).status, 500);
  assert.equal(upstream.requests.length, 1);
  good.close();
  await holdfast.start();
  await close();
});

test('Caddy: what is allowed passes, what is not is our 403, body and headers included', async () => {
  const made = await house();
  const { upstream, places, as, close } = made;
  const caddy = await startCaddyBeside(places);
  const ask = (method, path, options = {}) => send(caddy.url, { method, path, ...options, headers: { ...as(0), ...options.headers } });
  const shown = await ask('GET', '/crm/customers/7?fields=name', { headers: { 'holdfast-context': '{}' } });
  assert.equal(shown.status, 200, shown.text + caddy.log());
  assert.deepEqual([upstream.requests[0].method, upstream.requests[0].path], ['GET', '/crm/customers/7?fields=name']);
  assert.ok(!upstream.requests[0].rawHeaders.some((name) => /^holdfast-/i.test(name)));
  const denied = await ask('DELETE', '/crm/customers/7');
  await refused(made, denied, 1);
  assert.deepEqual([denied.json.reason_code, denied.json.status, denied.headers['content-type']], ['policy_denied', 403, 'application/problem+json']);
  assert.equal(denied.headers['holdfast-decision'], 'deny');
  const receipt = (await made.holdfast.receipts(denied.headers['holdfast-call']))[0];
  assert.equal(receipt.id, denied.headers['holdfast-receipt']);
  await refused(made, await ask('POST', '/crm/customers/7/notes', { body: { text: 'short' } }), 1);
  const unseen = await ask('POST', '/crm/reports/week', { body: {} });
  await refused(made, unseen, 1);
  assert.match(unseen.json.detail, /not shown/);
  assert.equal((await made.holdfast.approvals('pending')).length, 0, 'nobody is asked to approve what he cannot see');
  const forged = { 'x-forwarded-uri': '/crm/customers/7', 'x-forwarded-method': 'GET', 'x-original-uri': '/crm/customers/7' };
  await refused(made, await ask('DELETE', '/crm/customers/7', { headers: forged }), 1);
  caddy.close();
  await close();
});

// --- by what they send

const gate = (made, path, { method = 'GET', headers = {}, body } = {}) =>
  send(made.pdpUrl, { method, path, body, headers: { 'holdfast-pdp-token': pdpToken, ...headers } });

test('Envoy: the original method, path and body; a partial body is no body', async () => {
  const made = await house();
  const { as, holdfast, close } = made;
  // As its HTTP client sends it: path_prefix before the original path, Host the original's, x-envoy-auth-partial-body
  // with each body it had.
  const envoy = (method, path, body, partial = 'false', more = {}) =>
    gate(made, `/v1/envoy/sent${path}`, {
      method,
      body,
      headers: { host: 'crm.example', ...as(0), ...(body === undefined ? { 'content-length': '0' } : partial === null ? {} : { 'x-envoy-auth-partial-body': partial }), ...more },
    });
  const allowed = await envoy('GET', '/crm/customers/7?fields=name');
  assert.equal(allowed.status, 200, allowed.text);
  assert.deepEqual([allowed.headers['holdfast-decision'], allowed.text], ['allow', '']);
  assert.ok(allowed.headers['holdfast-call'] && allowed.headers['holdfast-receipt']);
  assert.equal((await envoy('POST', '/crm/customers/7/notes', { text: 'short' })).status, 200);
  assert.equal((await envoy('POST', '/crm/customers/7/notes', { text: 'x'.repeat(600) })).status, 403);
  for (const partial of ['true', null, 'False', '']) {
    const unread = await envoy('POST', '/crm/customers/7/notes', { text: 'short' }, partial);
    assert.deepEqual([unread.status, unread.json.reason_code], [403, 'policy_denied'], `partial: ${partial}`);
  }
  assert.equal((await envoy('POST', '/crm/customers/7/notes')).status, 403, 'no body, no text');
  assert.equal((await envoy('HEAD', '/crm/customers/7')).status, 403);
  for (const path of ['/../v1/check', '/crm/x/../customers/7', '', '/crm//customers/7', '*']) {
    const status = await unfolded(made.pdpPort, 'GET', `/v1/envoy/sent${path}`, { ...as(0), 'holdfast-pdp-token': pdpToken });
    assert.ok(status >= 400, `${path}: ${status}`);
  }

  const waits = await envoy('POST', '/crm/reports/week', { to: 'me' });
  assert.deepEqual([waits.status, waits.json.reason_code], [403, 'approval_pending'], waits.text);
  assert.equal(waits.headers['holdfast-approval'], waits.json.approval_id);
  await holdfast.vote(await holdfast.hold(waits.json.approval_id), 'approve');
  const other = await envoy('POST', '/crm/reports/week', { to: 'somebody else' });
  assert.deepEqual([other.status, other.json.reason_code], [403, 'approval_pending'], 'another body is another call');
  const again = await envoy('POST', '/crm/reports/week', { to: 'me' });
  assert.deepEqual([again.status, again.headers['holdfast-decision']], [200, 'escalate']);
  assert.equal((await envoy('POST', '/crm/reports/week', { to: 'me' })).status, 403, 'once');
  await close();
});

test('Traefik: X-Forwarded-Method, -Host and -Uri, with forwardBody and without', async () => {
  const made = await house();
  const { as, holdfast, close } = made;
  // As Go sends it: a GET, with the original's headers and body.
  const traefik = (promise, method, path, body, more = {}) =>
    gate(made, `/v1/forward-auth/${promise}`, {
      body,
      headers: { ...as(0), 'x-forwarded-method': method, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'crm.example', 'x-forwarded-uri': path, 'x-forwarded-for': '10.0.0.7', ...more },
    });
  assert.equal((await traefik('hidden', 'GET', '/crm/customers/7')).status, 200);
  assert.equal((await traefik('sent', 'POST', '/crm/customers/7/notes', { text: 'short' })).status, 200);
  assert.equal((await traefik('hidden', 'POST', '/crm/customers/7/notes', { text: 'short' })).status, 403, 'nobody promised that it is all');
  assert.equal((await traefik('none', 'POST', '/crm/customers/7/tags', { tag: 'x' })).status, 403, 'a body where none was promised');
  const missing = await traefik('sent', 'POST', '/crm/reports/week', undefined, { 'content-type': 'application/json' });
  assert.deepEqual([missing.status, missing.json.reason_code], [403, 'policy_denied'], 'the type of a body that was not sent: forwardBody is off');
  const waits = await traefik('sent', 'POST', '/crm/reports/week', { to: 'me' });
  assert.equal(waits.json.reason_code, 'approval_pending');
  await holdfast.vote(await holdfast.hold(waits.json.approval_id), 'approve');
  assert.equal((await traefik('sent', 'POST', '/crm/reports/week', { to: 'me' }, { 'x-forwarded-for': '10.0.0.8' })).status, 200);
  for (const name of ['x-forwarded-method', 'x-forwarded-uri', 'x-forwarded-host']) {
    const untold = await traefik('hidden', 'GET', '/crm/customers/7', undefined, { [name]: ['a', '/crm/customers/7'] });
    assert.deepEqual([untold.status, untold.json.reason_code], [403, 'malformed'], name);
  }
  assert.equal((await gate(made, '/v1/forward-auth/hidden', { headers: as(0) })).status, 403);
  await close();
});

test('the path names the agent where its configuration does; nobody else names one', async () => {
  const made = await house();
  const { as, close } = made;
  const ask = (path, headers = {}) => gate(made, path, { headers: { 'x-original-method': 'GET', 'x-original-uri': '/crm/customers/7', ...headers } });
  const named = await ask('/v1/as/support-bot/nginx/hidden');
  assert.equal(named.status, 200, named.text);
  const receipt = (await made.holdfast.receipts(named.headers['holdfast-call']))[0];
  assert.deepEqual(receipt.agent, { id: 'support-bot', auth: 'pdp' });
  assert.equal((await ask('/v1/as/other-bot/nginx/hidden', as(0))).status, 403, 'the path, and not the token of somebody else');
  assert.equal((await ask('/v1/as/nobody/nginx/hidden')).json.reason_code, 'unauthenticated');
  for (const path of ['/v1/nginx/hidden', '/v1/nginx/hidden?agent=support-bot']) assert.equal((await ask(path)).json.reason_code, 'unauthenticated');
  assert.equal((await ask('/v1/nginx/hidden', { 'holdfast-agent-token': 'wrong-token-0123456789' })).json.reason_code, 'unauthenticated');
  for (const path of ['/v1/nginx', '/v1/nginx/', '/v1/nginx/all', '/v1/nginx/hidden/x', '/v1/as//nginx/hidden', '/v1/as/nginx/hidden', '/v1/forward-auth'])
    assert.equal((await ask(path, as(0))).status >= 400, true, path);
  const stranger = await send(made.pdpUrl, { method: 'GET', path: '/v1/as/support-bot/nginx/hidden', headers: { authorization: `Bearer ${pdpToken}`, 'x-original-method': 'GET', 'x-original-uri': '/crm/customers/7' } });
  assert.equal(stranger.status, 401, 'Authorization is the call\'s own there');
  await close();
});

test('a body that is not shown may name another method; what can be approved is seen whole', async () => {
  const made = await house({ upstream: { method_in_body: 'refuse' } });
  const { as, holdfast, close } = made;
  const ask = (promise, method, path, headers = {}) => gate(made, `/v1/nginx/${promise}`, { headers: { ...as(0), 'x-original-method': method, 'x-original-uri': path, ...headers } });
  for (const type of [{}, { 'content-type': 'application/json' }, { 'content-type': 'application/x-www-form-urlencoded' }, { 'content-type': 'multipart/form-data; boundary=x' }]) {
    const answer = await ask('hidden', 'POST', '/crm/customers/7/tags', type);
    assert.deepEqual([answer.status, answer.json?.reason_code], [403, 'malformed'], JSON.stringify(type));
    assert.match(answer.json.detail, /method_in_body/);
  }
  assert.equal((await ask('none', 'POST', '/crm/customers/7/tags')).status, 200);
  assert.equal((await ask('hidden', 'GET', '/crm/customers/7')).status, 200);
  const unseen = await ask('hidden', 'POST', '/crm/reports/week', { 'content-type': 'application/octet-stream' });
  assert.deepEqual([unseen.status, unseen.json.reason_code], [403, 'policy_denied']);
  assert.equal((await holdfast.approvals('pending')).length, 0);
  await close();
});

test('an approval that a proxy asked for opens nothing on the agent plane, nor by its id', async () => {
  const made = await house();
  const { upstream, as, holdfast, consume, state, close } = made;
  const ask = () => gate(made, '/v1/nginx/none', { headers: { ...as(0), 'x-original-method': 'POST', 'x-original-uri': '/crm/reports/week' } });
  const id = (await ask()).json.approval_id;
  await holdfast.vote(await holdfast.hold(id), 'approve');
  const proxied = await send(holdfast.agentUrl, { method: 'POST', path: '/crm/reports/week', headers: as(0) });
  assert.equal(proxied.status, 202);
  assert.notEqual(proxied.json.approval_id, id);
  assert.equal(upstream.requests.length, 0);
  assert.deepEqual([(await state(id)).status, (await consume(id)).status], [404, 404], 'it is taken up by its own request');
  await until('the approval', async () => (await holdfast.hold(id)).status === 'approved');
  assert.equal((await ask()).status, 200);
  assert.equal((await ask()).json.reason_code, 'approval_pending');
  await close();
});

test('halted, every answer is no', async () => {
  const made = await house();
  const { as, holdfast, close } = made;
  const ask = () => gate(made, '/v1/nginx/hidden', { headers: { ...as(0), 'x-original-method': 'GET', 'x-original-uri': '/crm/customers/7' } });
  assert.equal((await ask()).status, 200);
  await holdfast.api('POST', '/v1/halt', { reason: '' });
  const halted = await ask();
  assert.deepEqual([halted.status, halted.json.reason_code], [403, 'halted']);
  await close();
});
