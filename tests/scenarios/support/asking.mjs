// A house with a pdp_plane, and somebody who asks there.
import { Holdfast, makeConfig, tokens } from './holdfast.mjs';
import { send } from './http.mjs';
import { allEntries } from './log.mjs';
import { freePort } from './ports.mjs';
import { until } from './until.mjs';
import { payment, paymentRules, startUpstream } from './upstream.mjs';

export const pdpToken = 'token-of-the-pdp-0123456789';
export const agents = [
  { id: 'support-bot', token: 'token-of-support-bot-01', trust_tier: 2 },
  { id: 'other-bot', token: 'token-of-other-bot-0123', trust_tier: 2 },
];

// `extra` replaces whole sections of the configuration.
export async function askingHouse(extra = {}, { pdp = {}, folder, upstreams = (url) => [payment(url)] } = {}) {
  const upstream = await startUpstream();
  const pdpPort = await freePort();
  const config = await makeConfig({
    upstreams: upstreams(upstream.url),
    rules: paymentRules,
    agents,
    ...extra,
    pdp_plane: { listen: `127.0.0.1:${pdpPort}`, token: pdpToken, ...pdp },
  });
  const holdfast = await Holdfast.start(config, folder);
  const pdpUrl = `http://127.0.0.1:${pdpPort}`;
  const ask = (method, path, body, { token = pdpToken, headers = {} } = {}) =>
    send(pdpUrl, { method, path, body, headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers } });
  const check = (amount, more = {}) => ask('POST', '/v1/check', { tool: 'payment.send', agent: 'support-bot', args: { to: 'acme', amount }, ...more });
  const state = (id, wait) => ask('GET', `/v1/check/${id}${wait === undefined ? '' : `?wait=${wait}`}`);
  const consume = (id) => ask('POST', `/v1/check/${id}/consume`);
  const tell = (id, outcome, status) => ask('POST', `/v1/check/${id}/outcome`, { outcome, ...(status ? { status } : {}) });
  const decide = async (id, act = 'approve', more = {}) => holdfast.vote(await holdfast.hold(id), act, more);
  // An approved check; its approval id.
  const approved = async (amount, more = {}) => {
    const { approval_id: id } = (await check(amount, more)).json;
    await decide(id);
    return id;
  };
  // The one receipt of a call, once it is there.
  const receiptOf = (call) => until(`the receipt of ${call}`, async () => (await holdfast.receipts(call))[0]);
  const entriesOf = (call) => allEntries(holdfast).filter((entry) => entry.call === call).reverse();
  const pay = (amount, headers = {}) =>
    send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount }, headers: { 'holdfast-agent-token': agents[0].token, ...headers } });
  const close = async () => {
    await holdfast.stop();
    const verified = await holdfast.verifyAll();
    if (verified.code !== 0) throw new Error(verified.stdout + verified.stderr);
    upstream.close();
  };
  return { upstream, config, holdfast, pdpUrl, pdpPort, ask, check, state, consume, tell, decide, approved, receiptOf, entriesOf, pay, close };
}

export { tokens };
