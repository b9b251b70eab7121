// The receipt log as it stands on disk, read from docs/receipt-log-format.md: `receipts list` shows receipts only.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Every entry, newest first.
export function allEntries(holdfast) {
  const folder = join(holdfast.folder, 'data', 'log', 'segments');
  const entries = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.seg')).sort()) {
    const bytes = readFileSync(join(folder, name));
    for (let at = 64; at + 12 <= bytes.length; ) {
      const [length, type] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
      if (type === 0) break;
      if (type === 1) entries.unshift(JSON.parse(bytes.subarray(at + 12, at + 12 + length).toString('utf8')));
      at += 12 + length;
    }
  }
  return entries;
}

// The turns of the kill switch, oldest first.
export const turns = (holdfast) =>
  allEntries(holdfast)
    .filter((entry) => entry.kind === 'halt')
    .reverse();
