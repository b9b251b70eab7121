// Free ports on loopback, and folders that go away with the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const given = new Set();

// A port nobody listens on, never the same twice in one scenario. For programs that cannot bind 0 and report it.
export async function freePort() {
  for (;;) {
    const port = await new Promise((resolve, reject) => {
      const server = createServer().on('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const { port: found } = server.address();
        server.close(() => resolve(found));
      });
    });
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-scenario-'));
  folders.push(folder);
  return folder;
}
