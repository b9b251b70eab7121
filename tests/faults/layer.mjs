// Steering the layer (page.hpp) that is preloaded into the program under test.
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const library = process.env.HOLDFAST_FAULTS_LIBRARY;
// The loader only warns of one that is not there, and nothing would ever fail.
if (!library || !existsSync(library)) throw new Error('HOLDFAST_FAULTS_LIBRARY does not name the library of faults');

export const kinds = { write: 1, sync: 2, size: 4, name: 8, send: 16 };
export const parts = { log: 1, store: 2, other: 4, network: 8 };
export const errors = { EIO: 5, EROFS: 30, ENOSPC: 28 };
const actions = { go: 0, fail: 1, stop: 2, tear: 3, after: 4, cut: 5, after_cut: 6, freeze: 7 };
const offsets = { counted: 0, at: 8, action: 16, error: 24, kinds: 32, parts: 40, lasting: 48, seed: 56, remember: 64, wall: 72, struck: 80 };
const everything = (bits) => Object.values(bits).reduce((sum, bit) => sum + bit, 0);

export class Layer {
  // `folder` is on the file system of the data, and not within it.
  constructor(folder, root) {
    this.folder = join(folder, 'faults');
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(join(this.folder, 'keep'), { recursive: true });
    this.page = openSync(join(this.folder, 'page'), 'w+');
    writeSync(this.page, Buffer.alloc(256));
    this.env = { LD_PRELOAD: library, HOLDFAST_FAULTS: this.folder, HOLDFAST_FAULTS_ROOT: root };
  }

  set(name, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.page, bytes, 0, 8, offsets[name]);
  }
  get(name) {
    const bytes = Buffer.alloc(8);
    readSync(this.page, bytes, 0, 8, offsets[name]);
    return Number(bytes.readBigInt64LE());
  }

  // Counts anew, and strikes operation number `at` (from 1). action: one of `actions`, or the name of an error;
  // kinds and parts: which operations count, all if not given.
  plan({ at, action, of = everything(kinds), within = everything(parts), lasting = false, seed = 1 }) {
    this.set('at', 0);
    this.set('counted', 0);
    this.set('struck', 0);
    this.set('error', errors[action] ?? 0);
    this.set('action', action in errors ? actions.fail : actions[action]);
    this.set('kinds', of);
    this.set('parts', within);
    this.set('lasting', lasting ? 1 : 0);
    this.set('seed', seed);
    this.set('remember', action.endsWith('cut') ? 1 : 0);
    this.set('at', at);
  }
  // No more faults.
  lift() {
    this.set('at', 0);
  }
  get struck() {
    return this.get('struck') > 0;
  }
  get what() {
    const bytes = Buffer.alloc(160);
    readSync(this.page, bytes, 0, 160, 96);
    return bytes.toString('utf8', 0, bytes.indexOf(0));
  }
  // The wall clock of the program is so many milliseconds off.
  stepClock(milliseconds) {
    this.set('wall', milliseconds);
  }
  close() {
    closeSync(this.page);
  }
}
