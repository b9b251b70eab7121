// A private nginx that answers with what it read: an upstream with a parser of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { freePort, tempFolder } from './ports.mjs';
import { until } from './until.mjs';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

// One line of JSON for each request, body included, in the order read. nginx escapes what JSON asks to.
const format = ['method', 'request_uri', 'uri', 'args', 'host', 'http_host', 'content_length', 'http_transfer_encoding', 'http_connection',
  'http_x_a', 'http_x_b', 'http_content_type', 'request_body', 'status'].map((name) =>
  `"${name}":"$${name === 'method' ? 'request_method' : name}"`).join(',');

// nginx fills $request_body only where it passes the body on, so it passes it to a server of its own.
const config = (folder, port, sink) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events { worker_connections 256; }
http {
  log_format read escape=json '{${format}}';
  access_log ${folder}/read.log read;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  client_body_buffer_size 1m; client_body_in_single_buffer on;
  keepalive_requests 100000;
  merge_slashes off;
  server { listen 127.0.0.1:${sink}; access_log off; location / { return 200 read; } }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${sink}/; } }
}
`;

// Runs nginx with a configuration made for a folder and a port: {folder, port, log, close}.
async function run(configFor) {
  const folder = tempFolder();
  const port = await freePort();
  for (const name of ['body', 'proxy', 'f', 'u', 's']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'nginx.conf'), configFor(folder, port));
  const child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }, // where Debian keeps it
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  child.on('error', (error) => (log += error.message));
  const listens = () => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy()));
    socket.on('error', () => resolve(false));
  });
  await until('nginx', async () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`nginx did not start: ${log}`);
    return listens();
  });
  return { folder, port, log: () => log, close: () => { child.kill('SIGKILL'); children.delete(child); } };
}

// {url, port, read(): [{method, request_uri, ...}], log, close}.
export async function startNginx() {
  const sink = await freePort();
  const { folder, port, log, close } = await run((at, on) => config(at, on, sink));
  // nginx writes bytes as they are and escapes controls, so that in latin1 one character is one byte.
  const read = () => {
    try {
      const lines = readFileSync(join(folder, 'read.log'), 'latin1').split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line)).map((one) => ({ ...one, request_body: Buffer.from(one.request_body, 'latin1') })).filter((one) => one.status === '200'); // the others ended in their middle
    } catch {
      return []; // nothing has been read yet
    }
  };
  return { url: `http://127.0.0.1:${port}`, port, read, log, close };
}

// Routes by locations, and says `x-ran: <name>` of the one it took. `routes` are [template, name], the concrete ones first.
// Careless: case, a slash at the end and a suffix do not count.
export async function startRoutingNginx(routes, careless) {
  const pattern = (template) => template.replace(/\{\w+\}/g, '[^/]+');
  const location = ([template, name]) => {
    const concrete = !template.includes('{');
    const match = careless ? `~* ^${pattern(template).replace(/\/$/, '')}(\\.[a-z]+)?/?$` : concrete ? `= ${template}` : `~ ^${pattern(template)}$`;
    return `location ${match} { add_header x-ran ${name}; return 200 ran; }`;
  };
  const { port, log, close } = await run((folder, on) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${on}; ${routes.map(location).join('\n')} }
}
`);
  return { url: `http://127.0.0.1:${port}`, log, close };
}
