// A house whose configuration is exchanged while it runs.
import assert from 'node:assert/strict';
import { Holdfast, makeConfig, tokens } from './holdfast.mjs';
import { send } from './http.mjs';
import { allEntries } from './log.mjs';
import { parse } from './prometheus.mjs';
import { until } from './until.mjs';
import { payment, paymentRules, startUpstream } from './upstream.mjs';

export const denyAll = [{ tool: 'payment.**', action: 'deny', reason: 'closed today' }];
export const two = [
  { id: 'alice', groups: ['lead'], token: tokens.alice },
  { id: 'bob', groups: ['lead'], token: tokens.bob },
];

export async function house(extra = {}, { answer, folder, start = true } = {}) {
  const upstream = await startUpstream(answer);
  const config = await makeConfig({ upstreams: [payment(upstream.url)], rules: paymentRules, approvers: two, ...extra });
  const holdfast = new Holdfast(config, folder);
  if (start) await holdfast.start();
  const pay = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/payment/v1/send', body: { to: 'acme', amount }, headers });
  const results = async () => {
    const page = parse((await holdfast.api('GET', '/metrics', undefined, '')).body);
    return (result) => page.value('holdfast_reloads_total', { result });
  };
  // Does it, and waits until one more reload has ended like that.
  const reloaded = async (result, act) => {
    const before = (await results())(result);
    await act();
    await until(`a reload that is ${result}`, async () => (await results())(result) > before);
  };
  const hup = () => holdfast.child.kill('SIGHUP');
  const change = (more, result = 'applied') => reloaded(result, () => (holdfast.write({ ...config, ...more }), hup()));
  const close = async () => {
    assert.deepEqual(await holdfast.stop(), { code: 0, signal: null });
    const verified = await holdfast.verifyAll();
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    upstream.close();
  };
  return { upstream, config, holdfast, pay, results, reloaded, hup, change, close };
}

export const policies = (holdfast) => allEntries(holdfast).filter((entry) => entry.kind === 'policy').reverse();
export const receiptOf = (holdfast, answer) => until('the receipt', async () => (await holdfast.receipts(answer.headers['holdfast-call']))[0]);
