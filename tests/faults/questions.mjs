// Somebody who asks on pdp_plane and writes down every word that is answered, so that after a crash Holdfast can be held to it:
// a yes is said once, and each call that anybody heard of has one ending, which store and log tell alike.
import assert from 'node:assert/strict';
import { Holdfast, tokens } from '../scenarios/support/holdfast.mjs';
import { send } from '../scenarios/support/http.mjs';
import { freePort } from '../scenarios/support/ports.mjs';
import { configOf } from './house.mjs';

const pdpToken = 'token-of-the-pdp-0123456789';
export const mayHaveRun = ['succeeded', 'failed', 'permitted', 'outcome_unknown'];

// Its one entry is its receipt.
const atOnce = ({ how }) => how === 'free' || how === 'cap';

// What a configuration needs for it: tools of an upstream that nobody calls.
export async function askedOf(upstreamUrl) {
  return {
    pdp_plane: { listen: `127.0.0.1:${await freePort()}`, token: pdpToken, outcome_within: '600s' },
    upstream: { name: 'q', protocol: 'http', url: upstreamUrl, path: '/q/', tools: ['free', 'held', 'gate'].map((name) => ({ name, match: `POST /${name}/{n}` })) },
    rules: [
      { tool: 'q.free', action: 'allow' },
      { tool: 'q.*', action: 'escalate', reason: 'Somebody decides' },
    ],
  };
}

export class Questions {
  all = []; // {how, n, calls: ids heard of, id: of its approval, yes: how often it was said, told}
  last = 0;

  constructor(holdfast) {
    this.holdfast = holdfast;
  }

  // how: free, promised (allowed, with an outcome), held (by description), gate (by a proxy that asks), cap (of the tool `t.<tool>`,
  // which has a limit).
  question(how, tool) {
    const question = { how, n: ++this.last, calls: new Set(), yes: 0, ...(how === 'cap' ? { tool } : {}) };
    this.all.push(question);
    return question;
  }

  of(id) {
    return this.all.find((one) => one.id === id);
  }

  send(method, path, body, headers = {}) {
    return send(`http://${this.holdfast.config.pdp_plane.listen}`, { method, path, body, headers: { 'holdfast-pdp-token': pdpToken, ...headers } });
  }

  // What is answered is written down. A no that asks for approval, or comes while log or store cannot be written, is none.
  heard(question, answer) {
    const said = answer.text ? answer.json : {};
    const call = said.call_id ?? answer.headers['holdfast-call'];
    const yes = answer.status === 200 && (question.how === 'gate' || said.allowed);
    const id = said.approval_id ?? answer.headers['holdfast-approval'];
    if (id !== undefined && !yes) question.id ??= id;
    if (yes) {
      ++question.yes;
      question.calls.add(call);
    } else if (said.reason_code === 'approval_pending') {
      if (id === question.id) question.calls.add(call);
      else question.again = true; // held anew: the approval before was spent
    } else assert.ok(['unavailable', 'draining', 'limited', 'rejected'].includes(said.reason_code), `${answer.status} ${answer.text}`);
    return answer;
  }

  async ask(question) {
    const { how, n } = question;
    if (how === 'gate') {
      const headers = { 'x-original-method': 'POST', 'x-original-uri': `/q/gate/${n}`, 'content-type': 'text/plain' };
      return this.heard(question, await this.send('GET', '/v1/as/bot/nginx/none', undefined, headers));
    }
    const tool = { held: 'q.held', cap: `t.${question.tool}` }[how] ?? 'q.free';
    const body = { tool, agent: 'bot', args: { n }, ...(how === 'promised' ? { report: true } : {}) };
    return this.heard(question, await this.send('POST', '/v1/check', body));
  }

  async consume(question) {
    const answer = await this.send('POST', `/v1/check/${question.id}/consume`);
    if (answer.status === 200) this.heard(question, answer);
    else assert.ok([409, 503].includes(answer.status), answer.text);
    return answer;
  }

  async tell(question) {
    const [call] = question.calls;
    const answer = await this.send('POST', `/v1/check/${question.how === 'promised' ? call : question.id}/outcome`, { outcome: 'succeeded', status: 200 });
    if (answer.status === 200) question.told = true;
    else assert.ok([409, 503].includes(answer.status), answer.text);
    return answer;
  }

  async decide(question, act, as = tokens.alice) {
    const answer = await this.holdfast.vote(await this.holdfast.hold(question.id), act, { token: as });
    if (answer.status === 200) question.voted = act;
    return answer;
  }

  // After a crash: everything that was answered is known, and what was approved is taken up again, once at most.
  async settle() {
    for (const question of this.all.filter((one) => one.id !== undefined && !one.settled)) {
      const hold = await this.holdfast.hold(question.id);
      assert.ok(hold.status, `the approval ${question.id} is lost: ${JSON.stringify(hold)}`);
      if (hold.status === 'rejected') question.voted ??= 'reject'; // the vote's answer was not heard
      if (question.voted === 'approve') assert.notEqual(hold.status, 'pending', `the vote on ${question.id} is lost`);
      if (question.voted === 'reject') assert.equal(hold.status, 'rejected');
      if (hold.status === 'pending') await this.decide(question, 'approve');
      if (question.voted !== 'reject') {
        if (question.how === 'gate') await this.ask(question);
        else await this.consume(question);
      }
      assert.ok(question.yes <= 1, `the approval ${question.id} was consumed ${question.yes} times`);
      const now = await this.holdfast.hold(question.id);
      if (question.voted !== 'reject') assert.equal(now.status, 'released', `${question.id}: ${JSON.stringify(now)}`);
      if (now.resolution === null) await this.tell(question);
      question.settled = true;
    }
  }

  // Stopped: `receipts`, and every entry.
  checkLog(receipts, entries) {
    const byCall = new Map();
    for (const receipt of receipts) {
      assert.ok(!byCall.has(receipt.call), `call ${receipt.call} has two receipts`);
      byCall.set(receipt.call, receipt);
    }
    const authorized = new Map();
    for (const { call, kind } of entries) if (kind === 'authorize') authorized.set(call, (authorized.get(call) ?? 0) + 1);
    for (const [call, times] of authorized) assert.equal(times, 1, `${call} was authorized ${times} times`);
    for (const question of this.all) {
      for (const call of question.calls) {
        const receipt = byCall.get(call);
        assert.ok(receipt, `${JSON.stringify({ ...question, calls: call })} has no receipt`);
        const { state } = receipt.outcome;
        if (question.told) assert.equal(state, 'succeeded', `${call} was told to have succeeded`);
        if (question.yes > 0) assert.ok(mayHaveRun.includes(state), `${call} may have run, and its receipt says ${state}`);
        else if (question.voted === 'reject') assert.equal(state, 'rejected');
        if (atOnce(question) && question.yes > 0) assert.equal(state, 'permitted');
      }
      // Its yes was not heard, or was: it was authorized before.
      if (question.yes > 0 && !atOnce(question)) for (const call of question.calls) assert.equal(authorized.get(call), 1, `${call} was let go without an entry`);
    }
  }
}

export async function askingHouse(folder) {
  const { upstream, ...more } = await askedOf('http://127.0.0.1:9');
  const config = await configOf({ url: 'http://127.0.0.1:9' }, { names: [], ...more, upstreams: [upstream] });
  return new Questions(new Holdfast(config, folder));
}
