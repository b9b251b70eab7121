// A webhook approver on the npm package `standardwebhooks`: verifies what comes, signs what goes.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { packages } from './packages.mjs';
import { until } from './until.mjs';

const { Webhook } = packages('standardwebhooks');

export const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

// The webhook-signature of a body.
export const sign = (secret, id, at, text) => new Webhook(secret).sign(id, at, text);

// Resolves to {url, inbox, next, vote, close}. `inbox` holds {headers, body, event} of every verified notification;
// an unverifiable one is in `refused`. `status(event, deliveries)` is what a delivery is answered with, the first
// being 1.
export function startApprover(secret, { status = () => 204 } = {}) {
  const webhook = new Webhook(secret);
  const inbox = [], refused = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    try {
      const event = webhook.verify(body, request.headers);
      inbox.push({ headers: request.headers, body, event, at: Date.now() });
      const deliveries = inbox.filter((n) => n.headers['webhook-id'] === request.headers['webhook-id']).length;
      response.writeHead(status(event, deliveries)).end();
    } catch (error) {
      refused.push({ headers: request.headers, body, error });
      response.writeHead(401).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${server.address().port}/hook`,
        inbox,
        refused,
        next: (event, fits = () => true) =>
          until(`a notification ${event}`, () => inbox.find((n) => n.event.event === event && fits(n.event))?.event),
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

// A vote as a signed callback. Whatever a test wants wrong is given: another secret, id, time, headers or body.
export async function callback(url, secret, { data, id = `msg_${randomUUID()}`, at = new Date(), body, headers = {}, signWith = secret, type = 'approval.vote' }) {
  const text = body ?? JSON.stringify({ type, data });
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': sign(signWith, id, at, text),
      ...headers,
    },
    body: text,
  });
  const reply = await response.text();
  return { status: response.status, text: reply, body: reply.startsWith('{') ? JSON.parse(reply) : undefined, id };
}

// The vote that a notification asks for.
export const voteOn = (notification, vote, reason = '') => ({
  approval_id: notification.approval_id,
  vote,
  digest: notification.digest,
  reason,
});
