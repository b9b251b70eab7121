// An upstream that sends exactly the bytes a test says, and counts who connects.
import { createServer } from 'node:net';

// `upstream.play` is called as play(socket, {head, body, number}) for every request that has come whole, and replies by
// writing to the socket; `upstream.greet(socket)` when a connection is made. Resolves to {url, port, connections,
// requests, play, greet, reset(), close()}.
export function startScripted() {
  const upstream = { connections: 0, requests: 0, sockets: new Set(), play: fine, greet: () => {} };
  upstream.reset = () => Object.assign(upstream, { play: fine, greet: () => {} });
  // Without delay: what a script writes has arrived when it is written.
  const server = createServer({ noDelay: true }, (socket) => {
    ++upstream.connections;
    upstream.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => upstream.sockets.delete(socket));
    upstream.greet(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const early = upstream.play.early;
        if (!early && text.length < end + 4 + length) return;
        const body = text.slice(end + 4, end + 4 + length);
        text = early ? '' : text.slice(end + 4 + length);
        upstream.play(socket, { head, body, number: ++upstream.requests });
      }
    });
  });
  upstream.close = () => {
    server.close();
    for (const socket of upstream.sockets) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      upstream.port = server.address().port;
      upstream.url = `http://127.0.0.1:${upstream.port}`;
      resolve(upstream);
    });
  });
}

export const ok = (body, more = '') => `HTTP/1.1 200 OK\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
export const fine = (socket) => socket.write(ok('fine'));

// A response as a client reads it off a connection that has ended: {status, head, body, whole}. `whole` is whether the
// client can take it for complete.
export function readAnswer(text) {
  text = text.replace(/^(HTTP\/1\.[01] 1\d\d [^]*?\r\n\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
  if (end < 0) return { status, head: text, body: '', whole: false };
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  if (/transfer-encoding: chunked/i.test(head)) return { status, head, body, whole: body.endsWith('0\r\n\r\n') };
  return { status, head, body, whole: length === undefined ? status === 204 || status === 304 : body.length === Number(length) };
}
