// A fixed piece of work that goes through every kind of durable step once.
import { tokens } from '../scenarios/support/holdfast.mjs';
import { callback, voteOn } from '../scenarios/support/approver.mjs';

export const bob = { token: tokens.bob, who: 'bob' };

const steps = {
  allow: (house, marker) => house.ask('allow', marker),
  deny: (house, marker) => house.ask('deny', marker),
  async wait(house, marker) {
    await Promise.all([house.ask('wait', marker, { prefer: house.faulty ? 'wait=2' : 'wait=30' }), house.decide(marker, 'approve')]);
  },
  async poll(house, marker) {
    await house.ask('poll', marker);
    await house.decide(marker, 'approve');
    await house.ask('poll', marker);
  },
  async later(house, marker) {
    const { headers } = await house.ask('later', marker, { prefer: 'respond-async' });
    await house.decide(marker, 'approve');
    await house.soon('an answer', async () => (await house.status(headers.location)).status !== 202);
    await house.ask('later', marker);
  },
  async reject(house, marker) {
    await house.ask('reject', marker);
    await house.decide(marker, 'reject');
    await house.ask('reject', marker);
  },
  async leave(house, marker) {
    const leaving = new AbortController();
    const left = house.ask('leave', marker, { prefer: 'wait=2', signal: leaving.signal }).catch(() => {});
    const hold = await house.pending(marker);
    leaving.abort();
    await left;
    await house.vote(hold, 'approve');
    await house.ask('leave', marker);
  },
  async cancel(house, marker) {
    const { headers } = await house.ask('cancel', marker);
    const answer = await house.status(headers.location, 'DELETE');
    const call = house.ledger.calls.get(marker);
    if (answer.json.reason_code === 'cancelled') call.finals.push({ call: call.holds[0].call, ending: 'cancelled' });
  },
  async two(house, marker) {
    await house.ask('two', marker);
    const hold = await house.pending(marker);
    await house.vote(hold, 'approve');
    await house.vote(hold, 'approve', bob);
    await house.ask('two', marker);
  },
  async hook(house, marker) {
    await house.ask('hook', marker);
    const hold = await house.pending(marker);
    const call = house.ledger.calls.get(marker);
    call.approved = hold.id;
    const { webhook } = house.holdfast.config.approvers.find((a) => a.id === 'bob');
    const data = voteOn({ approval_id: hold.id, digest: hold.digest }, 'approve');
    const { status } = await callback(`${house.holdfast.controlUrl}/v1/callbacks/bob`, webhook.secret, { data });
    if (status === 200) call.votes.push({ hold: hold.id, who: 'bob', act: 'approve' });
    await house.ask('hook', marker);
  },
  open: (house, marker) => house.ask('open', marker), // stays pending over the end
  last: (house, marker) => house.ask('allow', marker), // of the same tool as the first
};

// Each step ends where the process ends; the next ones find nobody and end too.
export async function work(house) {
  house.bob = bob;
  for (const [name, step] of Object.entries(steps)) {
    if (house.dead()) return;
    await Promise.race([step(house, name).catch((error) => refuseSurprise(house, name, error)), house.holdfast.ended]);
  }
}

// A broken connection is what a crash looks like; anything else is a finding.
function refuseSurprise(house, name, error) {
  if (error.name === 'AssertionError') throw error;
  if (!house.dead() && !house.faulty) throw new Error(`step ${name}: ${error.stack}`);
}
