// A small payment server: a REST API, and the same operations as MCP tools (Streamable HTTP, at /mcp).
// It knows nothing of Holdfast. Node's own modules only. PORT chooses the port; 0, the default, takes a free one.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { mcpEndpoint } from './payment-mcp.mjs';

class Refused extends Error {}

// The business: one account, and a list of what was really paid.
export function makeBank() {
  const bank = { balance: 100_000, payments: [], open: true };
  return {
    send({ to, amount }) {
      if (typeof to !== 'string' || to === '') throw new Refused('`to` must name the payee');
      if (typeof amount !== 'number' || !(amount > 0)) throw new Refused('`amount` must be a positive number');
      if (!bank.open) throw new Refused('the account is closed');
      if (amount > bank.balance) throw new Refused('the balance is too low');
      bank.balance -= amount;
      const payment = { id: `pay_${bank.payments.length + 1}`, to, amount };
      bank.payments.push(payment);
      return { ...payment, balance: bank.balance };
    },
    refund({ payment }) {
      const found = bank.payments.find((p) => p.id === payment && !p.refunded);
      if (!found) throw new Refused('no such payment, or refunded already');
      found.refunded = true;
      bank.balance += found.amount;
      return { refunded: found.id, balance: bank.balance };
    },
    balance: () => ({ balance: bank.balance, payments: bank.payments }),
    delete_account() {
      bank.open = false;
      return { deleted: true };
    },
  };
}

const restRoutes = {
  'POST /v1/send': 'send',
  'POST /v1/refund': 'refund',
  'GET /v1/balance': 'balance',
  'DELETE /v1/account': 'delete_account',
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function replyJson(response, status, value, headers = {}) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

async function rest(bank, request, response) {
  const operation = restRoutes[`${request.method} ${request.url.split('?')[0]}`];
  const text = await readBody(request);
  if (!operation) return replyJson(response, 404, { error: 'no such operation' });
  try {
    replyJson(response, 200, bank[operation](text === '' ? {} : JSON.parse(text)));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof SyntaxError)) throw error;
    replyJson(response, 400, { error: error.message });
  }
}

// Starts the server; resolves to {url, bank, close}.
export function startPaymentServer(port = 0) {
  const bank = makeBank();
  const mcp = mcpEndpoint(bank);
  const server = createServer(async (request, response) => {
    try {
      if (request.url.split('?')[0] === '/mcp') await mcp(request, response, readBody, replyJson);
      else await rest(bank, request, response);
    } catch (error) {
      if (!response.headersSent) replyJson(response, 500, { error: error.message });
      else response.destroy();
    }
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}`, bank, close: () => server.close() });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = await startPaymentServer(Number(process.env.PORT ?? 0));
  console.log(`ready ${url}`);
}
