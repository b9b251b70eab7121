// wsgi.py, which any Python before 3.13 runs: {url, close}.
import { spawn } from 'node:child_process';
import { until } from './until.mjs';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

export async function startWsgi() {
  const child = spawn('/usr/bin/python3', [new URL('./wsgi.py', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  await until('the WSGI server', () => said.includes('\n'));
  const close = () => {
    child.kill('SIGKILL');
    children.delete(child);
  };
  return { url: `http://127.0.0.1:${said.trim()}`, close };
}
