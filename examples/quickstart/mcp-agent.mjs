// The same server through MCP, as an agent would: opens a session at the URL given and calls the tools given as
// NAME and JSON arguments. Node's own modules only.
const [url, ...calls] = process.argv.slice(2);
let session;

async function post(message) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session ? { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  session ??= response.headers.get('mcp-session-id');
  const text = await response.text();
  if (text === '') return undefined;
  const events = text.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
  return JSON.parse(response.headers.get('content-type').startsWith('text/event-stream') ? events.at(-1) : text);
}

await post({
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'quickstart', version: '1' } },
});
await post({ method: 'notifications/initialized' });
for (let i = 0; i < calls.length; i += 2) {
  const [name, args] = [calls[i], calls[i + 1]];
  const reply = await post({ id: 2 + i, method: 'tools/call', params: { name, arguments: JSON.parse(args) } });
  console.log(`tools/call ${name} ${args}`);
  console.log(JSON.stringify(reply.result ?? reply.error, null, 2));
}
