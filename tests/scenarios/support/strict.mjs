// Requests as raw bytes, and what their refusal has to be like: its status and reason, one answer and no more, the
// connection closed, nothing at the upstream, and a receipt where there is one to leave.
import assert from 'node:assert/strict';
import { raw } from './http.mjs';
import { until } from './until.mjs';

// Heads and bodies for one agent plane, latin1.
export function requests(port) {
  const host = `Host: 127.0.0.1:${port}`;
  const text = (lines, content = '') => `${lines.join('\r\n')}\r\n\r\n${content}`;
  const length = (content) => `Content-Length: ${Buffer.byteLength(content, 'latin1')}`;
  return {
    host,
    text,
    length,
    get: (target, headers = [], line = `GET ${target} HTTP/1.1`) => text([line, host, ...headers]),
    // With the framing that `headers` say.
    framed: (target, headers, content, type = 'application/json') => text([`POST ${target} HTTP/1.1`, host, ...(type ? [`Content-Type: ${type}`] : []), ...headers], content),
    post: (target, content, headers = [], type = 'application/json') =>
      text([`POST ${target} HTTP/1.1`, host, ...(type ? [`Content-Type: ${type}`] : []), ...headers, length(content)], content),
  };
}

export const chunks = (...parts) => `${parts.map((part) => `${Buffer.byteLength(part, 'latin1').toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;

// An answer as it stands on the wire: {status, head, body, count}, `count` being how many there are.
export function read(answer) {
  const end = answer.indexOf('\r\n\r\n');
  const head = end < 0 ? answer : answer.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3}) /.exec(head)?.[1]),
    head,
    body: answer.slice(end + 4),
    count: [...answer.matchAll(/^HTTP\/1\.[01] \d{3} /gm)].length,
  };
}

// Every refusal is followed by a request that would pass, on the same connection: it must not.
export class Judge {
  constructor(holdfast, upstreams, afterwards) {
    Object.assign(this, { holdfast, upstreams, afterwards, expected: new Map(), unrecorded: 0 });
  }

  arrived() {
    return this.upstreams.reduce((sum, upstream) => sum + upstream.requests.length, 0);
  }

  // `row` is {bytes, status, reason, recorded}; for MCP `rpc`, the code of the JSON-RPC error.
  async expectRefused(row) {
    const before = this.arrived();
    const { status, head, body, count } = read(await raw(this.holdfast.agentPort, row.bytes + this.afterwards));
    const seen = `${head}\n\n${body}`.slice(0, 900);
    assert.equal(status, row.status, seen);
    assert.equal(count, 1, `one answer: ${seen}`);
    assert.match(head, /^Connection: close$/im, seen);
    assert.match(head, new RegExp(`^Content-Length: ${Buffer.byteLength(body, 'latin1')}$`, 'im'), seen);
    assert.match(head, row.rpc ? /^Content-Type: application\/json$/im : /^Content-Type: application\/problem\+json$/im);
    assert.equal(this.arrived(), before, 'nothing reached an upstream');
    const message = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
    const problem = row.rpc ? message.error.data : message;
    if (row.rpc) {
      assert.equal(message.error.code, row.rpc, seen);
      assert.equal(message.id, row.id ?? null, seen);
      assert.equal(message.error.message, problem.detail);
    }
    assert.equal(problem.reason_code, row.reason, seen);
    assert.equal(problem.status, row.status, seen);
    assert.equal(problem.type, `/.well-known/holdfast/#${row.reason}`);
    assert.equal(problem.retry, row.reason === 'unauthenticated' ? 'never' : 'changed_call');
    assert.match(problem.detail, /^[^\n]{10,200}$/, 'one sentence');
    // What leaves a receipt says which; what does not, names none.
    const decision = row.recorded ? (row.decision ?? 'deny') : undefined;
    assert.equal(/^Holdfast-Decision: (\S+)$/im.exec(head)?.[1], decision, seen);
    const [, id] = /^Holdfast-Receipt: (\S+)$/im.exec(head) ?? [];
    assert.equal(id !== undefined, row.recorded, seen);
    assert.equal(problem.decision, decision, seen);
    if (row.recorded) this.expected.set(problem.call_id, { ...row, id });
    else ++this.unrecorded;
  }

  // Once all rows have been seen: one receipt for each that is recorded, and none for the others.
  async expectReceipts(others = 0) {
    await until('the receipts', async () => (await this.holdfast.receipts()).length >= this.expected.size + others);
    const receipts = await this.holdfast.receipts(undefined, 5000);
    assert.equal(receipts.length, this.expected.size + others, 'no receipts but these');
    for (const [call, row] of this.expected) {
      const [entry, ...more] = receipts.filter((one) => one.call === call);
      assert.ok(entry && more.length === 0, `one receipt: ${row.name}`);
      assert.equal(entry.id, row.id, row.name);
      assert.equal(entry.outcome.state, row.reason, row.name);
      assert.equal(entry.decision.effect, row.decision ?? 'deny', row.name);
      assert.equal(entry.outcome.sent, undefined, row.name);
      assert.equal(entry.outcome.status, undefined, row.name);
    }
    const { code, stdout, stderr } = await this.holdfast.verifyAll();
    assert.equal(code, 0, stdout + stderr);
  }
}
