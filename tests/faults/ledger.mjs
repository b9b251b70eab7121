// What was acknowledged, and what must therefore be so after any crash.
import assert from 'node:assert/strict';
import { pause } from '../scenarios/support/until.mjs';

// How a call can end for its caller. `unavailable` and the like are answers, not endings: ask again.
const endings = ['policy_denied', 'rejected', 'expired', 'cancelled', 'client_gone', 'policy_changed', 'upstream_failed', 'outcome_unknown', 'limited'];
const sent = ['succeeded', 'upstream_failed', 'outcome_unknown'];

// Not held: a second request of these would be a second call.
const once = (call) => /^(allow|deny|free|cap|read|post)/.test(call.tool);
const plain = (call) => /^(allow|free)/.test(call.tool);

export class Ledger {
  calls = new Map(); // by marker
  seen = new Set(); // ids of calls whose receipts were looked at before
  compared = new Set(); // ids of calls whose receipts were held against the store

  call(tool, marker) {
    if (!this.calls.has(marker)) this.calls.set(marker, { tool, marker, finals: [], holds: [], votes: [] });
    return this.calls.get(marker);
  }

  answered(call, answer) {
    const id = answer.headers['holdfast-call'];
    if (answer.status === 202) return void call.holds.push({ call: id, location: answer.headers.location });
    const ending = answer.status === 200 ? 'succeeded' : answer.json.reason_code;
    if (ending === 'succeeded' || endings.includes(ending)) call.finals.push({ call: id, ending, receipt: answer.headers['holdfast-receipt'] });
    else assert.ok(['unavailable', 'draining'].includes(ending), `an ending without a name: ${answer.status} ${answer.text}`);
  }

  // Everything acknowledged is known to the process that runs now.
  async checkKnown(house) {
    for (const call of this.calls.values()) {
      for (const { location } of call.holds) {
        assert.notEqual((await house.status(location)).status, 404, `the hold of ${call.marker} at ${location} is lost`);
      }
      for (const vote of call.votes) {
        const hold = await house.holdfast.hold(vote.hold);
        const found = hold.approvals?.some((a) => a.approver === vote.who && a.vote === vote.act);
        assert.ok(found, `the ${vote.act} of ${vote.who} on ${call.marker} is lost: ${JSON.stringify(hold)}`);
        if (vote.act === 'reject') assert.equal(hold.status, 'rejected');
        else if (hold.required === 1) assert.notEqual(hold.status, 'pending');
      }
    }
  }

  // A hold has one ending: the store, which answers the agent, and its receipt say the same.
  async checkEndings(house) {
    for (const entry of await house.holdfast.receipts(undefined, 100_000)) {
      if (entry.hold === undefined || this.compared.has(entry.call)) continue;
      // Of an asynchronous call that runs now the log may have known it first.
      const { resolution } = await house.soon(`the ending of ${entry.hold}`, async () => {
        const hold = await house.holdfast.hold(entry.hold);
        return hold.resolution === null ? undefined : hold;
      });
      assert.equal(resolution, entry.outcome.state, `hold ${entry.hold} ended as ${resolution}, and its receipt says ${entry.outcome.state}`);
      this.compared.add(entry.call);
    }
  }

  // Sends what has no ending yet again and again, as an agent would, until it has one.
  async finish(house) {
    for (const call of this.calls.values()) {
      if (once(call)) continue;
      for (let tries = 0; call.finals.length === 0; ++tries) {
        assert.ok(tries < 500, `${call.marker} comes to no end`);
        const answer = await house.ask(call.tool, call.marker);
        if (answer.status !== 202) continue;
        const { status } = (await house.status(answer.headers.location)).json;
        if (status !== 'pending') {
          await pause(10); // an asynchronous call runs by itself
          continue;
        }
        const hold = await house.pending(call.marker);
        await house.vote(hold, 'approve');
        if (hold.required > 1) await house.vote(hold, 'approve', house.bob);
      }
    }
  }

  // One receipt per call, and one for everything that was answered or reached the upstream.
  checkReceipts(receipts, upstream, { intentsLost = false } = {}) {
    const byCall = new Map();
    for (const entry of receipts) {
      assert.ok(!byCall.has(entry.call), `call ${entry.call} has two receipts: ${JSON.stringify([byCall.get(entry.call), entry])}`);
      byCall.set(entry.call, entry);
    }
    for (const [marker, hits] of upstream.hits) assert.ok(hits <= 1, `${marker} reached the upstream ${hits} times`);
    const fresh = receipts.filter((entry) => sent.includes(entry.outcome.state) && !this.seen.has(entry.call));
    const unclaimed = new Map(fresh.map((entry) => [entry.call, entry]));
    for (const call of this.calls.values()) {
      const hits = upstream.hits.get(call.marker) ?? 0;
      const lost = intentsLost && plain(call);
      for (const final of call.finals) {
        const state = byCall.get(final.call)?.outcome.state;
        if (state === undefined && lost) continue;
        assert.ok(state, `${call.marker} was answered ${final.ending}, and has no receipt`);
        const unsure = final.ending === 'succeeded' && state === 'outcome_unknown';
        assert.ok(state === final.ending || unsure, `${call.marker} was answered ${final.ending}, and its receipt says ${state}`);
        unclaimed.delete(final.call);
      }
      if (call.finals.some((final) => final.ending === 'succeeded')) assert.equal(hits, 1, `${call.marker} was answered and never ran`);
    }
    for (const call of this.calls.values()) {
      if (!upstream.hits.has(call.marker) || call.finals.some((final) => final.ending === 'succeeded')) continue;
      if (intentsLost && plain(call)) continue;
      const of = [...unclaimed.values()].find((entry) => entry.request.tool === `t.${call.tool}`);
      const known = call.finals.some((final) => sent.includes(final.ending));
      assert.ok(known || of, `${call.marker} reached the upstream and has no receipt`);
      if (of) unclaimed.delete(of.call);
    }
  }

  // What has its ending and its receipt is not asked about again; that nothing of it ever comes back is.
  forget(receipts) {
    for (const entry of receipts) this.seen.add(entry.call);
    this.calls.clear();
  }
}
