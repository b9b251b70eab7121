// A Holdfast whose every acknowledged word is written down, so that after a crash it can be held to it.
import { randomBytes } from 'node:crypto';
import { Holdfast, makeConfig, tokens } from '../scenarios/support/holdfast.mjs';
import { send } from '../scenarios/support/http.mjs';
import { startUpstream } from '../scenarios/support/upstream.mjs';
import { pause } from '../scenarios/support/until.mjs';
import { Ledger } from './ledger.mjs';

// Each tool of the upstream `t` is used by one kind of call, so that a receipt that names only its tool can be told.
export const tools = ['allow', 'deny', 'wait', 'poll', 'later', 'reject', 'leave', 'cancel', 'two', 'hook', 'open', 'last'];

const agents = { bot: 'agent-token-of-bot-0123456789' };

export async function startTools() {
  const upstream = await startUpstream((request, response, body) => {
    if (request.url === '/notices') return void response.writeHead(204).end();
    const { marker } = JSON.parse(body);
    upstream.hits.set(marker, (upstream.hits.get(marker) ?? 0) + 1);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ done: marker }));
  });
  upstream.hits = new Map();
  return upstream;
}

export async function configOf(upstream, { names = tools, ...more } = {}) {
  const escalated = names.filter((name) => name !== 'allow' && name !== 'deny');
  return makeConfig({
    agents: [{ id: 'bot', token: agents.bot, trust_tier: 3 }],
    upstreams: [
      { name: 't', protocol: 'http', url: upstream.url, path: '/t/', tools: names.map((name) => ({ name, match: `POST /${name}` })) },
    ],
    rules: [
      { tool: 't.allow', action: 'allow' },
      { tool: 't.deny', action: 'deny', reason: 'Never' },
      { tool: 't.two', action: 'escalate', plan: 'two', reason: 'Two people' },
      ...escalated.map((name) => ({ tool: `t.${name}`, action: 'escalate', reason: 'Somebody decides' })),
    ],
    approvers: [
      { id: 'alice', groups: ['lead'], token: tokens.alice },
      { id: 'bob', groups: ['lead'], token: tokens.bob, webhook: { url: `${upstream.url}/notices`, secret: `whsec_${randomBytes(24).toString('base64')}` } },
    ],
    approvals: {
      timeout: '600s',
      flood: { rejections_per_tool: 100000, pending_per_agent: 1000 },
      plans: { default: { require: 1, from: ['lead'] }, two: { require: 2, from: ['lead'] } },
    },
    hold: { wait: '0s', redeem_ttl: '600s' },
    ...more,
  });
}

export class House {
  constructor(holdfast, upstream) {
    this.holdfast = holdfast;
    this.upstream = upstream;
    this.ledger = new Ledger();
  }
  static async make(upstream, options, folder) {
    return new House(new Holdfast(await configOf(upstream, options), folder), upstream);
  }

  // One request about the call `marker`; what comes back is written down. Throws when nothing does.
  async ask(tool, marker, { prefer, signal } = {}) {
    const call = this.ledger.call(tool, marker);
    const headers = { 'holdfast-agent-token': agents.bot, ...(prefer ? { prefer } : {}) };
    const answer = await send(this.holdfast.agentUrl, { path: `/t/${tool}`, headers, body: { marker }, signal });
    this.ledger.answered(call, answer);
    return answer;
  }

  status(location, method = 'GET') {
    return send(this.holdfast.agentUrl, { method, path: location, headers: { 'holdfast-agent-token': agents.bot } });
  }

  // The pending hold of this call, once it is there.
  pending(marker) {
    const mine = (hold) => hold.args?.marker === marker;
    return this.soon(`a hold of ${marker}`, async () => (await this.holdfast.approvals('pending')).find(mine));
  }

  // As until(), more often, and not for long where a fault may be why it never comes.
  async soon(what, ask) {
    const deadline = performance.now() + (this.faulty ? 500 : 10_000);
    for (;;) {
      const found = await ask();
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`${what} did not come`);
      await pause(5);
    }
  }

  // A call is approved once: a second hold of the same call means that the first was spent, so it is rejected.
  async vote(hold, act, { token = tokens.alice, who = 'alice' } = {}) {
    const call = this.ledger.calls.get(hold.args.marker);
    if (act === 'approve' && (call.approved ??= hold.id) !== hold.id) act = 'reject';
    const answer = await this.holdfast.vote(hold, act, { token });
    if (answer.status === 200) call.votes.push({ hold: hold.id, who, act });
    return answer;
  }

  async decide(marker, act, as) {
    return this.vote(await this.pending(marker), act, as);
  }
}
