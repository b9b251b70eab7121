// Stock MCP: server-everything from npm, and the SDK's client at its defaults.
import { spawn } from 'node:child_process';
import { packagePath, packages } from './packages.mjs';
import { freePort } from './ports.mjs';
import { until } from './until.mjs';
import { startRelay } from './relay.mjs';

const { Client } = packages('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = packages('@modelcontextprotocol/sdk/client/streamableHttp.js');

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

// The server, behind a relay that remembers the JSON-RPC requests that reached it:
// {url, messages, calls(name), close}.
export async function startEverything() {
  const port = await freePort();
  const child = spawn(process.execPath, [packagePath('@modelcontextprotocol', 'server-everything', 'dist', 'index.js'), 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  await until('server-everything', () => log.includes('listening'));
  const relay = await startRelay(port);
  const messages = () => relay.requests.filter((r) => r.method === 'POST').map((r) => JSON.parse(r.body.toString('utf8')));
  return {
    url: `${relay.url}/mcp`,
    messages,
    requests: relay.requests,
    calls: (name, fits = () => true) =>
      messages().filter((m) => m.method === 'tools/call' && m.params.name === name && fits(m.params.arguments)).length,
    close: () => {
      relay.close();
      child.kill('SIGKILL');
      children.delete(child);
    },
  };
}

// A connected stock client. `options` go to the transport (requestInit for a token, say).
export async function connectClient(url, options) {
  const client = new Client({ name: 'scenario', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(url), options);
  await client.connect(transport);
  return { client, transport };
}

export const refusalOf = (result) => result._meta?.['holdfast/refusal'];
export const textOf = (result) => result.content.map((part) => part.text ?? '').join('\n');
