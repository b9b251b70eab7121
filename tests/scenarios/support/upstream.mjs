// A tool endpoint that remembers what reached it.
import { createServer } from 'node:http';

// `answer(request, response, body)` replies; by default 200 with what came as JSON. Resolves to
// {url, port, requests: [{method, path, headers, body}], count(path), close}.
export function startUpstream(answer = echo, { create = createServer, scheme = 'http' } = {}) {
  const requests = [];
  const server = create(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the proxy closed in the middle
    }
    const body = Buffer.concat(chunks);
    requests.push({ method: request.method, path: request.url, headers: request.headers, rawHeaders: request.rawHeaders, body });
    await answer(request, response, body);
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      resolve({
        url: `${scheme}://127.0.0.1:${port}`,
        port,
        requests,
        server,
        count: (path) => requests.filter((r) => r.path === path).length,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

export function echo(request, response, body) {
  const text = JSON.stringify({ method: request.method, path: request.url, body: body.toString('utf8') });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

// The REST upstream most scenarios use, and its rules: send over 100 is held, list passes, wipe is denied.
export const payment = (url, more = {}) => ({
  name: 'payment',
  protocol: 'http',
  url,
  path: '/payment/',
  tools: [
    { name: 'send', match: 'POST /v1/send' },
    { name: 'list', match: 'GET /v1/list' },
    { name: 'wipe', match: 'DELETE /v1/all' },
  ],
  ...more,
});

export const paymentRules = [
  { tool: 'payment.send', action: 'escalate', when: { 'args.amount': { gt: 100 } }, reason: 'Payments over $100 require approval' },
  { tool: 'payment.send', action: 'allow' },
  { tool: 'payment.list', action: 'allow' },
  { tool: 'payment.wipe', action: 'deny', reason: 'Nothing is wiped here' },
];
