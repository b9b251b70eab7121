// A webhook approver: takes Holdfast's signed notifications and posts a signed vote to their callback_url
// (Standard Webhooks both ways). Node's own modules only.
//
//   ALICE_WEBHOOK_SECRET   whsec_..., the same as in holdfast.yaml
//   WAIT_FOR_BUTTON=1      decide only when SIGUSR1 comes, which stands for a person pressing "approve"
//
// Approves up to $10,000 and rejects what is more.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const limit = 10_000;
const key = Buffer.from(process.env.ALICE_WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
const waiting = [];

const sign = (id, timestamp, body) =>
  'v1,' + createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');

function isGenuine(headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!id || !/^\d+$/.test(timestamp ?? '') || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = Buffer.from(sign(id, timestamp, body));
  return signatures.split(' ').some((s) => s.length === expected.length && timingSafeEqual(Buffer.from(s), expected));
}

async function decide(notification) {
  const vote = notification.args.amount <= limit ? 'approve' : 'reject';
  const body = JSON.stringify({
    type: 'approval.vote',
    data: {
      approval_id: notification.approval_id,
      vote,
      digest: notification.digest, // exactly the call that was shown, or the vote does not count
      reason: vote === 'approve' ? 'Within budget' : `More than ${limit}`,
    },
  });
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const response = await fetch(notification.callback_url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': sign(id, timestamp, body),
    },
    body,
  });
  console.log(`alice votes ${vote}: Holdfast answers ${response.status} ${await response.text()}`);
}

function take(notification) {
  console.log(`alice is told: ${notification.event}`);
  if (notification.event !== 'approval.requested') return;
  const { tool, args, agent_id: agent, reason, digest, timeout_at: deadline } = notification;
  console.log(`  agent     ${agent}\n  tool      ${tool}\n  arguments ${JSON.stringify(args)}`);
  console.log(`  because   ${reason}\n  digest    ${digest}\n  until     ${deadline}`);
  if (process.env.WAIT_FOR_BUTTON) waiting.push(notification);
  else decide(notification);
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const genuine = request.method === 'POST' && isGenuine(request.headers, body);
  response.writeHead(genuine ? 204 : 401).end();
  if (genuine) take(JSON.parse(body));
});

process.on('SIGUSR1', () => {
  while (waiting.length > 0) decide(waiting.shift());
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${server.address().port}/hook`);
});
