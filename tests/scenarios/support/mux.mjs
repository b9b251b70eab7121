// A server on Go's http.ServeMux (Debian's golang-go), as programs were written before its patterns had parameters: exact
// patterns for what has none, and under each prefix a handler that takes the rest apart.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { tempFolder } from './ports.mjs';
import { until } from './until.mjs';
import { byConcreteness, nameOf } from './paths.mjs';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

// {url, close}. The server says `x-ran: <tool>` of what it ran.
export async function startMux() {
  const folder = tempFolder();
  const program = join(folder, 'mux');
  const source = new URL('./mux.go', import.meta.url).pathname;
  const env = { ...process.env, GOCACHE: join(folder, 'cache'), GOFLAGS: '-mod=mod', GO111MODULE: 'off', CGO_ENABLED: '0' };
  execFileSync('go', ['build', '-o', program, source], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const child = spawn(program, byConcreteness.flatMap((template) => [template, nameOf(template)]), { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  await until('the ServeMux', () => said.includes('\n'));
  return {
    url: `http://${said.trim()}`,
    close: () => {
      child.kill('SIGKILL');
      children.delete(child);
    },
  };
}
