// A verifier of one receipt, written from docs/receipt-log-format.md alone. It shares no code with Holdfast and
// needs nothing but Node.
//
//   node verify.mjs ENTRY PROOF VKEY     files, and the log's public key from a place you trust
//
// Exit 0 and one line if the proof holds; 1 and the reason if it does not.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

class Unproven extends Error {}

const require = (holds, why) => {
  if (!holds) throw new Unproven(why);
};
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

function base64(text, what) {
  const bytes = Buffer.from(text, 'base64');
  require(bytes.toString('base64') === text && text !== '', `${what} is not strict base64`);
  return bytes;
}

function decimal(text, what) {
  require(/^(0|[1-9][0-9]*)$/.test(text), `${what} is not a decimal number without leading zeros`);
  return BigInt(text);
}

// --- Keys, notes, checkpoints (c2sp.org/signed-note, Ed25519) ----------------------------------------------------

export function parseVkey(vkey) {
  const parts = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim());
  require(parts, 'the vkey does not have the form name+hash+key');
  const [, name, hash, text] = parts;
  const key = base64(text, 'the vkey');
  require(key.length === 33 && key[0] === 1, 'the vkey is not an Ed25519 key');
  const id = sha256(name, '\n', key).subarray(0, 4);
  require(id.toString('hex') === hash, "the vkey's hash is not that of its name and key");
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]);
  return { name, id, publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

export function verifyCheckpoint(note, key) {
  const end = note.lastIndexOf('\n\n');
  require(end >= 0, 'the checkpoint has no empty line');
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2);
  require(signatures.endsWith('\n'), 'the checkpoint does not end with a signature line');
  let verified = false;
  for (const line of signatures.slice(0, -1).split('\n')) {
    const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
    require(parts, 'the checkpoint has a line that is no signature');
    const signature = base64(parts[2], 'a signature');
    if (parts[1] !== key.name || !signature.subarray(0, 4).equals(key.id)) continue; // another's
    require(signature.length === 68, 'the signature has another length than Ed25519 has');
    require(verifySignature(null, Buffer.from(text, 'utf8'), key.publicKey, signature.subarray(4)), "the checkpoint's signature does not verify");
    verified = true;
  }
  require(verified, 'the checkpoint is not signed by the pinned key');
  const lines = text.slice(0, -1).split('\n');
  require(lines.length === 3, 'the checkpoint has another number of lines than three');
  const [origin, size, root] = lines;
  require(origin === key.name, "the checkpoint's origin is not the key's name");
  const rootBytes = base64(root, "the checkpoint's root");
  require(rootBytes.length === 32, "the checkpoint's root is not 32 bytes");
  return { origin, size: decimal(size, "the checkpoint's size"), root: rootBytes };
}

// --- Inclusion (RFC 9162 section 2.1.3.2) ------------------------------------------------------------------------

function verifyInclusion(leaf, index, size, siblings, root) {
  require(index < size, "the index is not inside the checkpoint's tree");
  let fn = index, sn = size - 1n, r = leaf;
  for (const p of siblings) {
    require(sn !== 0n, 'the proof has more hashes than its index and size ask for');
    if (fn & 1n || fn === sn) {
      r = nodeHash(p, r);
      while (!(fn & 1n) && fn > 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  require(sn === 0n, 'the proof has fewer hashes than its index and size ask for');
  require(r.equals(root), "the entry is not in the checkpoint's tree: the roots differ");
}

function parseProof(text) {
  const end = text.indexOf('\n\n');
  require(end >= 0, 'the proof has no empty line');
  const [format, indexLine, ...siblings] = text.slice(0, end).split('\n');
  require(format === 'c2sp.org/tlog-proof@v1', 'the proof does not begin with c2sp.org/tlog-proof@v1');
  require(indexLine?.startsWith('index '), 'the proof has no index line');
  const hashes = siblings.map((line) => base64(line, 'a hash of the proof'));
  require(hashes.every((hash) => hash.length === 32), 'a hash of the proof is not 32 bytes');
  return { index: decimal(indexLine.slice(6), 'the index'), siblings: hashes, checkpoint: text.slice(end + 2) };
}

// --- The entry (RFC 8785, and the members of the format page) ----------------------------------------------------

// The one spelling a value has. Equal to the entry's bytes only if nothing stands twice, nothing is out of order and
// nothing is spelt another way.
function canonical(value) {
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    require(Number.isSafeInteger(value) && !Object.is(value, -0), 'the entry has a number that is no safe integer');
    return String(value);
  }
  require(value !== null, 'the entry has a null');
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const names = Object.keys(value).sort();
  require(names.every((name) => /^[\x00-\x7f]*$/.test(name)), 'the entry has a member name that is not ASCII');
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

const kinds = new Set('genesis boot authorize receipt policy roster key vote halt capture refusals heartbeat gap attestation seal'.split(' '));
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function readEntry(bytes, origin) {
  require(bytes.length <= 65_535, 'the entry is longer than 65,535 bytes');
  let text, entry;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    entry = JSON.parse(text);
  } catch {
    throw new Unproven('the entry is not JSON in UTF-8');
  }
  require(typeof entry === 'object' && entry !== null && !Array.isArray(entry), 'the entry is not an object');
  require(canonical(entry) === text, 'the entry is not in RFC 8785 form');
  require(entry.v === 1, 'the entry is of another version');
  require(kinds.has(entry.kind), 'the entry is of no known kind');
  require(uuid7.test(entry.id) && uuid7.test(entry.boot), "the entry's id or boot is no UUIDv7");
  require(Number.isInteger(entry.iat) && Number.isInteger(entry.seq) && entry.seq >= 0, "the entry's iat or seq is no integer");
  require(entry.iss === origin, "the entry's issuer is not the log's origin");
  return entry;
}

// Rule 13.
function checkRemoval({ act, agent, by, digest, labels }) {
  require(act === 'remove_labels' && digest === undefined, "the roster entry's act is not remove_labels, or it names a roster");
  require(agent?.id && Array.isArray(labels), 'the roster entry does not say which labels of which agent it removes');
  require(by?.auth === 'token' && by.id, 'the roster entry does not say whose order it was');
}

// What one receipt must satisfy by itself: rules 6, 7 and 8 of the format page, and of 8 what needs no other entry.
function checkSense(entry) {
  if (entry.kind === 'halt') return checkHalt(entry);
  if (entry.kind === 'roster' && entry.act !== undefined) return checkRemoval(entry);
  if (entry.kind !== 'receipt') return;
  const { outcome, request, decision, approvals, prev } = entry;
  require(typeof outcome?.state === 'string', 'the receipt has no outcome');
  if (outcome.sent !== undefined) require(outcome.sent === request?.digest, 'what was sent is not what was judged');
  const mayHaveRun = ['succeeded', 'outcome_unknown', 'permitted', 'failed'].includes(outcome.state);
  const wasSent = mayHaveRun || outcome.state === 'upstream_failed';
  if (decision === undefined) {
    require(outcome.state === 'outcome_unknown', 'a receipt without a decision has another outcome than unknown');
    return;
  }
  require(!(decision.effect === 'deny' && wasSent), 'a denied call was sent');
  if (decision.effect === 'escalate' && mayHaveRun) {
    require(Array.isArray(approvals) && approvals.some((a) => a.act === 'approve'), 'an escalated call was sent without an approval');
    require(prev?.hash && Number.isInteger(prev.index), 'an escalated call was sent without an authorize entry');
  }
}

// Of rule 11, what needs no other entry.
function checkHalt({ act, by }) {
  require(act === 'halt' || act === 'resume', "the halt entry's act is neither halt nor resume");
  const named = by?.auth === 'token' && typeof by.id === 'string' && by.id !== '';
  require(named || (by?.auth === 'signal' && act === 'halt'), 'the halt entry does not say whose order it was');
}

// The entry as an object, and where it stands; throws with the reason if anything does not hold.
export function verifyReceipt(entry, proof, vkey) {
  const key = parseVkey(vkey);
  const { index, siblings, checkpoint } = parseProof(proof);
  const { origin, size, root } = verifyCheckpoint(checkpoint, key);
  verifyInclusion(leafHash(entry), index, size, siblings, root);
  const read = readEntry(entry, origin);
  checkSense(read);
  return { entry: read, index, size };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [entry, proof, vkey] = process.argv.slice(2);
  try {
    const proofText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(proof));
    const { entry: read, index, size } = verifyReceipt(readFileSync(entry), proofText, vkey);
    console.log(`proven: ${read.kind} ${read.id} is entry ${index} of ${size} in ${read.iss}`);
  } catch (error) {
    console.error(`not proven: ${error.message}`);
    process.exit(1);
  }
}
