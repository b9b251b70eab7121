// Free ports on loopback, and folders that go away with the test.
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The system gives ports of its own choosing, to outgoing connections and to listeners on port 0, from this range.
// A port from it that was free a moment ago may be somebody's client by the time the program binds it.
const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'ascii').trim().split(/\s+/).map(Number);
const all = Array.from({ length: 65_536 - 10_000 }, (_, index) => 10_000 + index);
const outside = all.filter((port) => port < low || port > high);
const candidates = outside.length > 1_000 ? outside : all;
let next = Math.floor(Math.random() * candidates.length);

// Between scenarios that run at once, the UDP port of the same number is the claim: one process has it, until it ends.
const claim = (port) =>
  new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.on('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });

const unused = (port) =>
  new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

// A port nobody listens on, and that no other scenario gets while this one runs. For programs that cannot bind 0 and report it.
export async function freePort() {
  for (;;) {
    const port = candidates[next++ % candidates.length];
    if ((await claim(port)) && (await unused(port))) return port;
  }
}

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-scenario-'));
  folders.push(folder);
  return folder;
}
