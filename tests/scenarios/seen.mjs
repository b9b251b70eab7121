// Approvers see the headers that their approval covers, and it covers every header that is sent and could mean something;
// credentials are shown to be there, and never in clear.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { newSecret, startApprover } from './support/approver.mjs';
import { Holdfast, makeConfig, tokens } from './support/holdfast.mjs';
import { send } from './support/http.mjs';
import { post, refusalOf, startToolServer, toolCall } from './support/rpc.mjs';
import { startUpstream } from './support/upstream.mjs';

const webhook = newSecret();
const credentials = { authorization: 'Bearer hunter2-of-the-agent', 'x-api-key': 'hunter2-of-the-key', cookie: 'sid=hunter2-of-the-cookie' };
let upstream, tools, alice, holdfast;

before(async () => {
  upstream = await startUpstream();
  tools = await startToolServer();
  alice = await startApprover(webhook);
  holdfast = await Holdfast.start(
    await makeConfig({
      hold: { wait: '300ms' },
      upstreams: [
        { name: 'pay', protocol: 'http', url: upstream.url, path: '/pay/', tools: [{ name: 'send', match: 'POST /v1/transfers' }] },
        { name: 'mcp', protocol: 'mcp', url: `${tools.url}/mcp`, path: '/mcp' },
      ],
      rules: [{ tool: 'pay.send', action: 'escalate' }, { tool: 'mcp.*', action: 'escalate' }],
      approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice, webhook: { url: alice.url, secret: webhook } }],
    }),
  );
});

after(async () => {
  await holdfast?.stop();
  [upstream, tools, alice].forEach((server) => server?.close());
});

let count = 0;
const call = (amount, headers = {}) => send(holdfast.agentUrl, { path: '/pay/v1/transfers', body: { amount, to: 'acme' }, headers });
const held = async (headers) => {
  const amount = 1000 + ++count;
  assert.equal((await call(amount, headers)).status, 202);
  return { amount, hold: await holdfast.pending((hold) => hold.args.amount === amount) };
};
const valueOf = (hold, name) => hold.headers.find((header) => header.name === name)?.value;
const sent = (amount) => upstream.requests.filter((request) => JSON.parse(request.body).amount === amount);
const approve = async (hold) => assert.equal((await holdfast.vote(hold, 'approve')).status, 200);

test('the headers of a held call are shown to whoever decides, in every way he is asked, also after kill -9', async () => {
  const { amount, hold } = await held({ 'stripe-account': 'acct_EVIL', 'x-on-behalf-of': 'ceo', ...credentials });
  const show = async () => {
    const told = await alice.next('approval.requested', (event) => event.approval_id === hold.id);
    const rows = (await holdfast.approvals('pending')).filter((row) => row.id === hold.id);
    return [told, ...rows, await holdfast.hold(hold.id)];
  };
  const before = await show();
  await holdfast.kill();
  await holdfast.start();
  for (const seen of [...before, ...(await show())]) {
    assert.equal(valueOf(seen, 'stripe-account'), 'acct_EVIL');
    assert.equal(valueOf(seen, 'x-on-behalf-of'), 'ceo');
    assert.equal(valueOf(seen, 'content-type'), 'application/json');
    assert.deepEqual(seen.headers, before[0].headers);
  }
  const printed = (await holdfast.cli('approvals', 'show', hold.id)).stdout;
  assert.match(printed, /^header: +stripe-account: acct_EVIL$/m);
  assert.match(printed, /^credential: +x-api-key, marked [0-9a-f]{32}$/m);
  await approve(hold);
  assert.equal((await call(amount, { 'stripe-account': 'acct_OTHER', 'x-on-behalf-of': 'ceo', ...credentials })).status, 202);
  assert.equal((await call(amount, { 'stripe-account': 'acct_EVIL', 'x-on-behalf-of': 'ceo', ...credentials })).status, 200);
  assert.deepEqual(sent(amount).map((request) => request.headers['stripe-account']), ['acct_EVIL']);
});

test('a credential is shown to be there and to be another one, and stands nowhere in clear', async () => {
  const marks = async (headers) => (await held(headers)).hold.headers.flatMap((header) => header.credential ?? []);
  const one = await marks(credentials);
  assert.equal(one.length, 3);
  assert.deepEqual(await marks(credentials), one);
  const other = await marks({ ...credentials, authorization: 'Bearer hunter2-of-another' });
  assert.equal(other.filter((mark) => one.includes(mark)).length, 2);
  const data = join(holdfast.folder, 'data');
  const files = readdirSync(data, { recursive: true }).map((name) => join(data, name)).filter((file) => statSync(file).isFile());
  assert.ok(files.some((file) => readFileSync(file).includes('acct_EVIL')), 'what is shown after a restart is on disk');
  for (const file of files) assert.ok(!readFileSync(file).includes('hunter2'), file);
  for (const text of [holdfast.stdout, holdfast.stderr, JSON.stringify(alice.inbox), JSON.stringify(await holdfast.receipts())])
    assert.ok(!text.includes('hunter2'));
});

test('the headers of an MCP call are shown like those of any', async () => {
  const ask = (account) => post(holdfast.agentUrl, '/mcp', toolCall('pay', { amount: 5 }), { headers: { 'x-account': account } });
  assert.equal(refusalOf(await ask('EVIL')), 'approval_pending');
  const hold = await holdfast.pending((its) => its.tool === 'mcp.pay');
  assert.equal(valueOf(await holdfast.hold(hold.id), 'x-account'), 'EVIL');
  await approve(hold);
  assert.equal(refusalOf(await ask('OTHER')), 'approval_pending');
  assert.equal(tools.requests.length, 0);
  assert.equal(refusalOf(await ask('EVIL')), undefined);
});

test('approved for a sandbox and a rollback, a call is not run on production with a commit', async () => {
  const asked = { prefer: 'tx=rollback', 'accept-profile': 'sandbox' };
  const { amount, hold } = await held(asked);
  assert.equal(valueOf(hold, 'prefer'), 'tx=rollback');
  assert.equal(valueOf(hold, 'accept-profile'), 'sandbox');
  await approve(hold);
  for (const other of [{ prefer: 'tx=commit' }, { prefer: 'tx=rollback, wait=0' }, { prefer: 'wait=0' }, { 'accept-profile': 'production' }])
    assert.equal((await call(amount, { ...asked, ...other })).status, 202, JSON.stringify(other));
  assert.equal(sent(amount).length, 0);
  const same = { ...asked, accept: 'text/plain', 'accept-language': 'de', 'user-agent': 'another' };
  assert.equal((await call(amount, same)).status, 200);
  assert.equal(sent(amount)[0].headers.prefer, 'tx=rollback');
});

test('how long to wait is asked of the sidecar, and goes no further', async () => {
  const { amount, hold } = await held({ prefer: 'wait=0' });
  assert.equal(valueOf(hold, 'prefer'), undefined);
  await approve(hold);
  assert.equal((await call(amount, { prefer: 'wait=20' })).status, 200);
  assert.equal(sent(amount)[0].headers.prefer, undefined);
});

test('every receipt says that what was sent is what was judged', async () => {
  await holdfast.stop();
  const receipts = (await holdfast.receipts()).filter((entry) => entry.kind === 'receipt' && entry.outcome.state === 'succeeded');
  assert.equal(receipts.length, 4);
  receipts.forEach((entry) => assert.equal(entry.outcome.sent, entry.request.digest));
  assert.equal((await holdfast.verifyAll()).code, 0);
});
