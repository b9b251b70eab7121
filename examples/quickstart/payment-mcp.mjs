// The payment server's MCP face: Streamable HTTP with sessions and JSON replies, revisions 2025-03-26 to 2025-11-25.
import { randomUUID } from 'node:crypto';

const revisions = ['2025-11-25', '2025-06-18', '2025-03-26'];

const tools = [
  {
    name: 'send',
    description: 'Pays an amount of dollars to a payee.',
    inputSchema: {
      type: 'object',
      properties: { to: { type: 'string' }, amount: { type: 'number', exclusiveMinimum: 0 } },
      required: ['to', 'amount'],
    },
  },
  {
    name: 'refund',
    description: 'Takes a payment back.',
    inputSchema: { type: 'object', properties: { payment: { type: 'string' } }, required: ['payment'] },
  },
  {
    name: 'delete_account',
    description: 'Closes the account for good.',
    inputSchema: { type: 'object', properties: {} },
  },
];

function callTool(bank, { name, arguments: args = {} }) {
  if (!tools.some((tool) => tool.name === name)) throw Object.assign(new Error(`Unknown tool: ${name}`), { code: -32602 });
  try {
    return { content: [{ type: 'text', text: JSON.stringify(bank[name](args)) }] };
  } catch (error) {
    return { content: [{ type: 'text', text: error.message }], isError: true };
  }
}

function answer(bank, { method, params = {} }) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: revisions.includes(params.protocolVersion) ? params.protocolVersion : revisions[0],
        capabilities: { tools: {} },
        serverInfo: { name: 'payment-server', version: '1.0.0' },
      };
    case 'ping':
      return {};
    case 'tools/list':
      return { tools };
    case 'tools/call':
      return callTool(bank, params);
    default:
      throw Object.assign(new Error(`Method not found: ${method}`), { code: -32601 });
  }
}

// A handler for requests to /mcp. Sessions live until DELETE.
export function mcpEndpoint(bank) {
  const sessions = new Set();
  return async (request, response, readBody, replyJson) => {
    const refuse = (status, code, message, id = null) =>
      replyJson(response, status, { jsonrpc: '2.0', id, error: { code, message } });
    const session = request.headers['mcp-session-id'];
    if (request.method === 'DELETE') {
      return sessions.delete(session) ? response.writeHead(200).end() : refuse(404, -32001, 'Session not found');
    }
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST, DELETE');
      return refuse(405, -32000, 'This server starts no stream of its own');
    }
    let message;
    try {
      message = JSON.parse(await readBody(request));
    } catch {
      return refuse(400, -32700, 'Parse error');
    }
    if (message?.jsonrpc !== '2.0') return refuse(400, -32600, 'Invalid request');
    if (message.method === 'initialize') {
      const id = randomUUID();
      sessions.add(id);
      response.setHeader('mcp-session-id', id);
    } else if (!sessions.has(session)) {
      return session === undefined ? refuse(400, -32000, 'No session') : refuse(404, -32001, 'Session not found');
    }
    if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
    try {
      replyJson(response, 200, { jsonrpc: '2.0', id: message.id, result: answer(bank, message) });
    } catch (error) {
      replyJson(response, 200, { jsonrpc: '2.0', id: message.id, error: { code: error.code ?? -32603, message: error.message } });
    }
  };
}
