// pdp_plane at bad moments, and what whoever asks there may not do: the kill switch while a yes is written down, the
// configuration's facts in a question, half a token, and bodies that are not shown, or are not what they seem.
import assert from 'node:assert/strict';
import test from 'node:test';
import { agents, askingHouse, pdpToken } from './support/asking.mjs';
import { gateOf } from './support/gate.mjs';
import { raw, send, statusOf } from './support/http.mjs';
import { allEntries } from './support/log.mjs';
import { until } from './support/until.mjs';

const oncall = { id: 'oncall', token: 'token-of-oncall-0123456789', roles: ['admin'] };

// Asks, and throws the kill switch when the log has been told and before it has made that durable.
async function haltedMeanwhile({ holdfast }, gate, ask, kind) {
  const count = () => allEntries(holdfast).filter((entry) => entry.kind === kind).length;
  const before = count();
  gate.shut();
  const answer = ask();
  await until(`the ${kind}`, () => count() > before);
  const halting = holdfast.api('POST', '/v1/halt', { reason: '' });
  await until('the switch', async () => (await holdfast.api('GET', '/readyz', undefined, '')).status === 503);
  gate.open();
  assert.equal((await halting).status, 200);
  assert.equal((await holdfast.api('POST', '/v1/resume', { reason: '' }, oncall.token)).status, 200);
  return answer;
}

test('the kill switch is thrown while a yes is written down: it is a no, also when it is over by then', async () => {
  const made = await askingHouse();
  const { holdfast, config, check, approved, consume, entriesOf, close } = made;
  await holdfast.stop();
  holdfast.write({ ...config, control_plane: { ...config.control_plane, tokens: [oncall] } });
  const gate = gateOf(holdfast, 'segments');
  await holdfast.start(gate.env);

  const plain = (await haltedMeanwhile(made, gate, () => check(5), 'receipt')).json;
  assert.deepEqual([plain.allowed, plain.reason_code], [false, 'halted']);

  const promised = (await haltedMeanwhile(made, gate, () => check(6, { report: true }), 'authorize')).json;
  assert.deepEqual([promised.allowed, promised.reason_code, promised.report_by], [false, 'halted', undefined]);
  assert.deepEqual(entriesOf(promised.call_id).map((entry) => entry.outcome?.state), [undefined, 'halted']);

  const id = await approved(5000);
  const taken = await haltedMeanwhile(made, gate, () => consume(id), 'authorize');
  assert.deepEqual([taken.status, taken.json.reason_code], [503, 'halted'], taken.text);
  assert.equal((await check(5)).json.allowed, true, 'after the resume');
  await close();
});

test('whoever asks says who calls, and not what the configuration says of them, nor what time it is', async () => {
  const { ask, close } = await askingHouse({ rules: [{ tool: 'payment.send', action: 'allow', when: { trust_tier: 1 } }] });
  const question = { tool: 'payment.send', args: { amount: 5 } };
  for (const more of [{ agent: { id: 'support-bot', trust_tier: 1 } }, { agent: { trust_tier: 1 } }, { agent: null }, { agent: 'support-bot', now: '2026-01-01T00:00:00.000Z' }])
    assert.equal((await ask('POST', '/v1/check', { ...question, ...more })).status, 400, JSON.stringify(more));
  assert.equal((await ask('POST', '/v1/check', { ...question, agent: 'support-bot' })).json.allowed, false);
  await close();
});

test('half a token opens nothing, nor does a right one beside another', async () => {
  const { pdpPort, ask, close } = await askingHouse();
  for (const token of [pdpToken.slice(0, -1), pdpToken.slice(0, 1), `${pdpToken}0`, pdpToken.toUpperCase()])
    assert.equal((await ask('GET', '/v1/check/none', undefined, { token })).status, 401, token);
  const twice = (...headers) => raw(pdpPort, `GET /v1/check/none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers.join('\r\n')}\r\n\r\n`).then(statusOf);
  assert.equal(await twice(`Authorization: Bearer ${pdpToken}`), 404);
  assert.equal(await twice(`Authorization: Bearer ${pdpToken}`, 'Authorization: Bearer another'), 401);
  assert.equal(await twice(`Holdfast-Pdp-Token: ${pdpToken}`, `Holdfast-Pdp-Token: ${pdpToken}`), 401);
  await close();
});

const crm = (url) => ({
  name: 'crm', protocol: 'http', url, path: '/crm/', method_in_body: 'keep',
  tools: [{ name: 'note', match: 'POST /notes' }, { name: 'tag', match: 'POST /tags' }],
});
const rules = [
  { tool: 'crm.note', action: 'allow', when: { 'body.wipe': { exists: false } } },
  { tool: 'crm.note', action: 'allow', when: { 'body.wipe': { eq: false, missing: true } } },
  { tool: 'crm.tag', action: 'deny', mode: 'shadow', when: { 'body.a': 2 } },
  { tool: 'crm.tag', action: 'allow' },
  { tool: 'mcp.send', action: 'escalate' },
  { tool: 'mcp.list', action: 'allow' },
];

test('a body that is not shown is not one without the field; one that has two readings is refused; nobody approves what has no id', async () => {
  const { pdpUrl, close } = await askingHouse({ rules }, { upstreams: (url) => [crm(url), { name: 'mcp', protocol: 'mcp', url: `${url}/mcp`, path: '/mcp' }] });
  const own = { 'holdfast-pdp-token': pdpToken, 'holdfast-agent-token': agents[0].token };
  const hidden = (uri, headers = {}) =>
    send(pdpUrl, { method: 'GET', path: '/v1/nginx/hidden', headers: { ...own, 'x-original-method': 'POST', 'x-original-uri': uri, 'content-type': 'application/json', ...headers } });
  const shown = (path, body, headers = {}) =>
    send(pdpUrl, { method: 'POST', path: `/v1/envoy/sent${path}`, body, headers: { ...own, 'content-type': 'application/json', 'x-envoy-auth-partial-body': 'false', ...headers } });
  const expect = async (asked, status, reason, what) => {
    const answer = await asked;
    assert.deepEqual([answer.status, answer.text ? answer.json.reason_code : undefined], [status, reason], `${what}: ${answer.text}`);
  };
  await expect(shown('/crm/notes', '{"text":"x"}'), 200, undefined, 'a body without it');
  await expect(hidden('/crm/notes'), 403, 'policy_denied', 'a body that is not shown');
  await expect(shown('/crm/tags', '{"a":1}'), 200, undefined, 'a body that only a rule in shadow reads');
  await expect(shown('/crm/tags', '{"a":1,"a":2}'), 403, 'malformed', 'a body with two readings');
  await expect(shown('/crm/tags', '{"a":1}', { 'content-encoding': 'gzip' }), 403, 'malformed', 'a body that is coded');

  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list', arguments: {} } };
  const mcp = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' };
  await expect(shown('/mcp', message, mcp), 200, undefined, 'a call that is shown');
  await expect(hidden('/mcp', { ...mcp, 'mcp-method': 'tools/call', 'mcp-name': 'list' }), 403, 'malformed', 'a call that is not shown');
  const { id: _, ...unanswerable } = { ...message, params: { name: 'send', arguments: {} } };
  await expect(shown('/mcp', { id: 2, ...unanswerable }, mcp), 403, 'approval_pending', 'a request');
  await expect(shown('/mcp', unanswerable, mcp), 403, 'policy_denied', 'a notification');
  await close();
});
