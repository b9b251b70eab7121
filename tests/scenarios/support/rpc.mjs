// JSON-RPC as bytes: what a stock client would never send, and a tool server that remembers what reached it.
import { send } from './http.mjs';
import { startUpstream } from './upstream.mjs';

// Answers every request with its own id. `answer(message, response)` may do it in another way and return true.
export function startToolServer(answer = () => false) {
  return startUpstream(async (request, response, body) => {
    const message = JSON.parse(body.toString('utf8') || '{}');
    if (await answer(message, response)) return;
    if (message.id === undefined) return response.writeHead(202).end();
    reply(response, { jsonrpc: '2.0', id: message.id, result: { content: [{ type: 'text', text: 'done' }] } });
  });
}

export function reply(response, message) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(message));
}

const accept = 'application/json, text/event-stream';

// Posts a message, or text or bytes in its place, to an MCP endpoint.
export const post = (url, path, message, { headers = {}, revision = '2025-06-18', signal } = {}) =>
  send(url, { path, body: message, signal, headers: { 'content-type': 'application/json', accept, 'mcp-protocol-version': revision, ...headers } });

export const toolCall = (name, args = {}, more = {}) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args }, ...more });

// The JSON-RPC message of an answer, JSON or SSE.
export function messageOf(answer) {
  if (!answer.headers['content-type']?.startsWith('text/event-stream')) return answer.json;
  const data = answer.text.split('\n').filter((line) => line.startsWith('data:'));
  return JSON.parse(data.at(-1).slice(5));
}

// The reason code of a refused call, or undefined for an answer of the tool.
export const refusalOf = (answer) => messageOf(answer).result?._meta?.['holdfast/refusal']?.reason_code;

// Whether the tool was not reached by this message, whatever the refusal looked like.
export const refused = (answer) => answer.status >= 400 || refusalOf(answer) !== undefined || messageOf(answer).error !== undefined;
