// The disk held still: started with `env`, the program's syncs in this folder of its log wait while the gate is shut.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function gateOf(holdfast, folder) {
  const gate = join(holdfast.folder, 'gate');
  return {
    env: { LD_PRELOAD: process.env.HOLDFAST_GATE_LIBRARY, HOLDFAST_GATE: gate },
    shut: () => writeFileSync(`${gate}.${folder}`, ''),
    open: () => rmSync(`${gate}.${folder}`, { force: true }),
  };
}
