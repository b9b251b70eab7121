// HTTP as the scenarios need it: requests without fetch's helpfulness, and raw bytes over a socket.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { patience } from './until.mjs';

// One request on a connection of its own. Resolves to {status, headers, body: Buffer, text, json}.
// `signal` aborts it, which closes the socket.
export function send(base, { method = 'POST', path, headers = {}, body, signal, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const request = httpRequest(base + path, {
      method,
      agent,
      signal,
      headers: { ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}), ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: whole,
          text: whole.toString('utf8'),
          get json() {
            return JSON.parse(this.text);
          },
        });
      });
    });
    request.end(payload);
  });
}

// Writes bytes to a port and reads until the other side closes, or `done(text)`; resolves to the text (latin1).
export function raw(port, bytes, { done = () => false, ms = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    let text = '';
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text);
    };
    const timer = setTimeout(() => reject(new Error(`no end after ${ms} ms; so far: ${text}`)), ms * patience);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (done(text)) end();
    });
    socket.on('close', end);
    socket.on('error', (error) => (text === '' && error.code !== 'ECONNRESET' ? reject(error) : end()));
  });
}

export const statusOf = (text) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
