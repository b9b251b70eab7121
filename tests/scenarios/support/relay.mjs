// A plain HTTP relay that remembers the requests it passed on. Streams both ways.
import { createServer, request as httpRequest } from 'node:http';

export function startRelay(port) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    const seen = { method: request.method, path: request.url, headers: request.headers, get body() { return Buffer.concat(chunks); } };
    const onward = httpRequest({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers });
    request.on('data', (chunk) => {
      chunks.push(chunk);
      onward.write(chunk);
    });
    request.on('end', () => {
      requests.push(seen);
      onward.end();
    });
    onward.on('response', (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      response.flushHeaders();
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        requests,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
