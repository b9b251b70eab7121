// What an agent claims about its call, in the header Holdfast-Context or in _meta of an MCP message: approvers are shown
// it as claimed, and what they approve is the call with it.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { newSecret, startApprover } from './support/approver.mjs';
import { askingHouse } from './support/asking.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { messageOf, post, refusalOf, startToolServer, toolCall } from './support/rpc.mjs';
import { until } from './support/until.mjs';
import { startUpstream } from './support/upstream.mjs';

const webhook = newSecret();
let upstream, tools, alice, holdfast;

before(async () => {
  upstream = await startUpstream();
  tools = await startToolServer();
  alice = await startApprover(webhook);
  holdfast = await Holdfast.start(
    await makeConfig({
      hold: { wait: '300ms' },
      digest: { ignore_headers: ['holdfast-context'] },
      upstreams: [
        { name: 'pay', protocol: 'http', url: upstream.url, path: '/pay/', tools: [{ name: 'send', match: 'POST /v1/transfers' }] },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [
        { tool: '**', action: 'deny', when: { 'context.on_behalf_of': { exists: true } } },
        { tool: 'mcp.list', action: 'allow' },
        { tool: '**', action: 'escalate' },
      ],
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret: webhook } }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools, alice].forEach((server) => server?.close());
});

let count = 0;
const claims = (context) => (context === undefined ? {} : { 'holdfast-context': typeof context === 'string' ? context : JSON.stringify(context) });
const call = (amount, context, more = {}) => send(holdfast.agentUrl, { path: '/pay/v1/transfers', body: { amount }, headers: { ...claims(context), ...more } });
const sent = (amount) => upstream.requests.filter((request) => JSON.parse(request.body).amount === amount);
const approve = async (hold) => assert.equal((await holdfast.vote(hold, 'approve')).status, 200);
async function held(context, more) {
  const amount = 1000 + ++count;
  assert.equal((await call(amount, context, more)).status, 202);
  return { amount, hold: await holdfast.pending((hold) => hold.args.amount === amount) };
}
const mcp = (name, meta, headers = {}) => post(holdfast.agentUrl, '/mcp', toolCall(name, {}, { params: { name, arguments: { n: 1 }, _meta: meta } }), { headers });
const said = (context) => ({ 'holdfast/context': context });

test('a context is shown as claimed to whoever decides, in every way he is asked, also after kill -9, and a retry with another redeems nothing', async () => {
  const context = '{"ticket":"A\\u202e-1",  "requested_by":"alice"}';
  const { amount, hold } = await held(context);
  const show = async () => {
    const told = await alice.next('approval.requested', (event) => event.approval_id === hold.id);
    return [told, ...(await holdfast.approvals('pending')).filter((row) => row.id === hold.id), await holdfast.hold(hold.id)];
  };
  const before = await show();
  await holdfast.kill();
  await holdfast.start();
  for (const seen of [...before, ...(await show())]) {
    assert.deepEqual(seen.claimed_context, JSON.parse(context));
    assert.ok(!seen.headers.some((header) => /holdfast/.test(header.name)), 'it is no header that will be sent');
  }
  const printed = (await holdfast.cli('approvals', 'show', hold.id)).stdout;
  assert.match(printed, /^claimed context: +\{"ticket":"A\\u\{202e\}-1","requested_by":"alice"\}$/m);
  await approve(hold);
  for (const other of [undefined, {}, { ticket: 'A-2', requested_by: 'alice' }]) assert.equal((await call(amount, other)).status, 202, JSON.stringify(other));
  assert.equal(sent(amount).length, 0);
  assert.equal((await holdfast.hold(hold.id)).status, 'approved', 'the approval waits for its own call');
  assert.equal((await call(amount, context)).status, 200);
  assert.equal(sent(amount).length, 1);
  assert.ok(!sent(amount)[0].rawHeaders.some((name) => /holdfast/i.test(name)));
});

test('an asynchronous call keeps its context over kill -9, and runs with the digest that was approved', async () => {
  const { amount, hold } = await held({ ticket: 'B-7' }, { prefer: 'respond-async' });
  await holdfast.kill();
  await holdfast.start();
  await approve(hold);
  await until('the call to run', () => sent(amount).length === 1);
  const receipt = await until('its receipt', async () => (await holdfast.receipts(hold.call_id)).find((entry) => entry.kind === 'receipt'));
  assert.equal(receipt.outcome.state, 'succeeded');
  assert.equal(receipt.outcome.sent, hold.digest);
  assert.ok(!sent(amount)[0].rawHeaders.some((name) => /holdfast/i.test(name)));
});

test('of an MCP message it is judged, shown and approved like the header, and goes to the server as it was sent', async () => {
  const meta = said({ ticket: 'C-3' });
  assert.equal(refusalOf(await mcp('pay', meta)), 'approval_pending');
  const hold = await holdfast.pending((its) => its.tool === 'mcp.pay');
  assert.deepEqual((await holdfast.hold(hold.id)).claimed_context, { ticket: 'C-3' });
  await approve(hold);
  for (const other of [undefined, said({ ticket: 'C-4' })]) assert.equal(refusalOf(await mcp('pay', other)), 'approval_pending');
  assert.equal(refusalOf(await mcp('pay', undefined, claims({ ticket: 'C-3' }))), 'approval_pending', 'nor in the other place');
  assert.equal(tools.requests.length, 0);
  assert.equal(refusalOf(await mcp('pay', meta)), undefined);
  assert.deepEqual(JSON.parse(tools.requests[0].body).params._meta, meta);
  assert.equal(refusalOf(await mcp('list', said({ on_behalf_of: 'eve' }))), 'policy_denied');
  assert.equal(refusalOf(await mcp('list', said({}))), undefined);
});

test('a context that is no object, has more than 4 KiB or stands in both places is refused', async () => {
  const [before, beforeTools] = [upstream.requests.length, tools.requests.length];
  const large = (bytes) => `{"story":"${'x'.repeat(bytes - 12)}"}`;
  assert.equal(Buffer.byteLength(large(4096)), 4096);
  for (const [context, why] of [[large(4097), /has more than 4096 bytes; name a ticket/], ['[1]', /must be a JSON object/]]) {
    const answer = await call(7, context);
    assert.deepEqual([answer.status, answer.json.reason_code], [400, 'malformed']);
    assert.match(answer.json.detail, why);
  }
  const refused = [
    [said(JSON.parse(large(4097))), {}, /has more than 4096 bytes; name a ticket/],
    [said('{}'), {}, /must be an object/],
    [said({}), claims({}), /are both there; send one/],
  ];
  for (const [meta, headers, why] of refused) {
    const answer = await mcp('list', meta, headers);
    assert.equal(answer.status, 400);
    assert.match(JSON.stringify(messageOf(answer)), why);
  }
  assert.deepEqual([upstream.requests.length, tools.requests.length], [before, beforeTools]);
  assert.equal(refusalOf(await mcp('list', said(JSON.parse(large(4096))))), undefined);
  assert.equal((await call(8, large(4096))).status, 202);
});

test('whoever asks on pdp_plane approves the call with its context, too', async () => {
  const { holdfast: asked, ask, check, decide, consume, close } = await askingHouse();
  const first = (await check(5000, { context: { ticket: 'D-1' } })).json.approval_id;
  assert.deepEqual((await asked.hold(first)).claimed_context, { ticket: 'D-1' });
  await decide(first);
  for (const other of [{}, { context: { ticket: 'D-2' } }]) assert.notEqual((await check(5000, other)).json.approval_id, first);
  assert.equal((await check(5000, { context: { ticket: 'D-1' } })).json.approval_id, first);
  assert.equal((await consume(first)).status, 200);
  assert.equal((await check(5, { context: { story: 'x'.repeat(4096) } })).status, 400);

  // The request of a proxy: the same again passes, with the same context.
  const body = { to: 'acme', amount: 6000 };
  const original = { authorization: 'Bearer of-the-call', 'holdfast-pdp-token': 'token-of-the-pdp-0123456789', 'x-forwarded-method': 'POST', 'x-forwarded-host': 'pay.example', 'x-forwarded-uri': '/payment/v1/send' };
  const gate = (context) => ask('POST', '/v1/as/support-bot/forward-auth/sent', body, { token: '', headers: { ...original, ...claims(context) } });
  const no = await gate({ ticket: 'E-1' });
  assert.deepEqual([no.status, no.json.reason_code], [403, 'approval_pending'], no.text);
  const hold = await asked.hold(no.headers['holdfast-approval']);
  assert.deepEqual(hold.claimed_context, { ticket: 'E-1' });
  await decide(hold.id);
  assert.equal((await gate({ ticket: 'E-2' })).status, 403);
  assert.equal((await gate()).status, 403);
  assert.equal((await gate({ ticket: 'E-1' })).status, 200);
  await close();
});

test('every receipt says that what was sent is what was judged', async () => {
  await holdfast.stop();
  const receipts = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt' && entry.outcome.state === 'succeeded');
  assert.equal(receipts.length, 5);
  receipts.forEach((entry) => assert.equal(entry.outcome.sent, entry.request.digest));
  const verified = await holdfast.verifyAll();
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
