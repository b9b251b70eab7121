// The proxies of examples/ask-only, real ones, with the ports and tokens of a test.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pdpToken } from './asking.mjs';
import { freePort, tempFolder } from './ports.mjs';
import { until } from './until.mjs';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

const example = (name) => readFileSync(join(process.env.HOLDFAST_ROOT, 'examples', 'ask-only', name), 'utf8');

const listens = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy()));
  socket.on('error', () => resolve(false));
});

// The example with the addresses of this test: its own, the plane's, the upstream's.
const settled = (text, { port, pdpPort, upstreamPort }) =>
  text
    .replaceAll('127.0.0.1:8000', `127.0.0.1:${port}`)
    .replaceAll('127.0.0.1:8082', `127.0.0.1:${pdpPort}`)
    .replaceAll('127.0.0.1:9001', `127.0.0.1:${upstreamPort}`)
    .replaceAll('the token of pdp_plane', pdpToken);

async function run(name, file, args, port, env = {}) {
  const child = spawn(file, args, { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  child.on('error', (error) => (log += error.message));
  await until(name, async () => {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${name} did not start: ${log}`);
    return listens(port);
  }, 30_000);
  return { url: `http://127.0.0.1:${port}`, port, log: () => log, close: () => { child.kill('SIGKILL'); children.delete(child); } };
}

// `change(text, name)` makes another file of an example.
export async function startNginxBeside({ pdpPort, upstreamPort }, change = (text) => text) {
  const folder = tempFolder();
  const port = await freePort();
  for (const name of ['body', 'proxy', 'f', 'u', 's']) mkdirSync(join(folder, name));
  for (const name of ['nginx.conf', 'holdfast_ask.conf', 'holdfast_send.conf'])
    writeFileSync(join(folder, name === 'nginx.conf' ? 'example.conf' : name), change(settled(example(name), { port, pdpPort, upstreamPort }), name));
  writeFileSync(join(folder, 'nginx.conf'), `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  include ${folder}/example.conf;
}
`);
  return run('nginx', 'nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], port);
}

export async function startCaddyBeside({ pdpPort, upstreamPort }, change = (text) => text) {
  const folder = tempFolder();
  const port = await freePort();
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, `{\n\tadmin off\n}\n${change(settled(example('Caddyfile'), { port, pdpPort, upstreamPort }))}`);
  return run('caddy', 'caddy', ['run', '--config', file, '--adapter', 'caddyfile'], port, { PDP_TOKEN: pdpToken, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder });
}
