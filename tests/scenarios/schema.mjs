// The JSON Schema and the loader say the same of a corpus of good and bad files: mutations of docs/reference.yaml,
// and every file that the tests of config/ write. What the loader takes the schema takes; what the loader refuses for
// the shape of the file (`structural`) the schema refuses too.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { packages } from './support/packages.mjs';
import { tempFolder } from './support/ports.mjs';

const Ajv = packages('ajv');
const YAML = packages('yaml');
const root = process.env.HOLDFAST_ROOT;
const schemaText = (...options) => execFileSync(process.env.HOLDFAST_BIN, ['config', 'schema', ...options], { encoding: 'utf8' });
const schema = JSON.parse(schemaText());
const complain = (...words) => assert.fail(words.join(' '));
const valid = new Ajv({ allErrors: true, logger: { log: complain, warn: complain, error: complain } }).compile(schema);

// What the reader of keys says (config/reader*.cpp, and those who ask it for something of a shape of their own): of
// the shape of the file alone, so the schema must know it. Everything else is about what stands inside a string, what one
// key says about another, or what is not in the file (docs/configuration.md).
const structural = [
  /^unknown key /,
  / is missing$/,
  / needs `/,
  / has no value$/,
  / is empty$/,
  / must be a map(, not| of conditions)/,
  / must be a list/,
  / must be a single value$/,
  / must be a string, not /,
  / must be true or false/,
  / must be one of /,
  / must be a whole number from /,
  / must be a size from /,
  / must be a duration from /,
  / must be five risk levels/,
  / stands twice in `/,
  / names the role `/,
  / names no group$/,
  / needs one of `secret` and `secrets`$/,
  / has one of `cert` and `key`/,
  / is not an operator$/,
  / must hold operators$/,
  / has no operator$/,
];
// But for these.
const beyond = [
  /\.trust_tier` must be a whole number from 1 to 5, not `[a-z0-9]*[a-z]/, // a name that trust_tiers does not have
  /needs `match`/, // not on an MCP server, nor where an OpenAPI document says it
  /must be a duration from .*, not `(\d+[a-z]+){2,}`$/, // a sum
  /must be a whole number from .*, not `\d+\.0`$/, // 1.0 is 1 to a reader of JSON
];

const met = new Set();

const environment = { PATH: process.env.PATH };
const reference = readFileSync(join(root, 'docs/reference.yaml'), 'utf8');
for (const [, name] of reference.matchAll(/\$\{([A-Z_]+)\}/g)) environment[name] = `whsec_${Buffer.from(name.padEnd(24, '.')).toString('base64')}`;
const folder = tempFolder();
mkdirSync(join(folder, 'tls'));
for (const name of ['ca.pem', 'client.pem', 'client.key']) writeFileSync(join(folder, 'tls', name), '');
writeFileSync(join(folder, 'payment.openapi.yaml'), 'openapi: 3.1.0\npaths: {/v1/send: {post: {operationId: send}}}\n');

// One run of the loader over all of them.
function judge(texts) {
  const names = texts.map((text, i) => {
    const name = join(folder, `${i}.yaml`);
    writeFileSync(name, text);
    return name;
  });
  const out = execFileSync(process.env.HOLDFAST_CONFIG_JUDGE, { input: names.join('\n') + '\n', env: environment, encoding: 'utf8', maxBuffer: 1 << 28 });
  const verdicts = out.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(verdicts.length, texts.length);
  return verdicts;
}

// Each case: what was done to the reference, and what it is now.
function* mutations() {
  const document = YAML.parse(reference);
  const changed = (path, change) => {
    const copy = structuredClone(document);
    change(path.slice(0, -1).reduce((value, key) => value[key], copy), path.at(-1));
    return copy;
  };
  const others = [null, true, 7, 1.5, '', 'zebra', [], [7], ['zebra'], {}, { zebra: 1 }];
  function* walk(value, path) {
    for (const key of Object.keys(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (!Array.isArray(value)) {
        yield [`without ${at.join('.')}`, changed(at, (map, name) => delete map[name])];
        yield [`${at.join('.')} misspelt`, changed(at, (map, name) => {
          map[`${name}x`] = map[name];
          delete map[name];
        })];
      }
      for (const other of others) yield [`${at.join('.')} is ${JSON.stringify(other)}`, changed(at, (map, name) => { map[name] = other; })];
      if (value[key] !== null && typeof value[key] === 'object') yield* walk(value[key], at);
    }
  }
  yield ['the reference', document];
  yield* walk(document, []);
}

function compare(cases, texts) {
  const count = { accepted: 0, refused: 0, beyond: 0 };
  const mustRefuse = (error) => structural.some((pattern) => pattern.test(error)) && !beyond.some((pattern) => pattern.test(error));
  const wrong = [];
  for (const [i, errors] of judge(texts).entries()) {
    for (const pattern of structural) if (errors.some((error) => pattern.test(error))) met.add(pattern);
    const [name, value] = cases[i];
    const taken = valid(value);
    if (errors.length === 0) {
      count.accepted += 1;
      if (!taken) wrong.push(`${name}: the loader takes it, the schema says ${new Ajv().errorsText(valid.errors)}`);
    } else if (!taken) {
      count.refused += 1;
    } else if (!errors.some(mustRefuse)) {
      count.beyond += 1;
    } else {
      wrong.push(`${name}: the schema takes it, the loader says ${errors.join('; ')}`);
    }
  }
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${cases.length}`);
  return count;
}

test('mutations of the reference', () => {
  const cases = [...mutations()];
  const count = compare(cases, cases.map(([, value]) => JSON.stringify(value)));
  assert.ok(count.accepted > 100 && count.refused > 1000 && count.beyond > 20, JSON.stringify(count));
});

test('durations and sizes, at the ends of their ranges', () => {
  const amounts = ['0', '1', '100', '0s', '0ms', '0h', '1ms', '999ms', '1000ms', '1s', '59s', '60s', '61s', '1001ms', '1m', '1h30m', '30m1h', '1h1h', '5ms1s', '1s5ms', '1m5ms',
    '8760h', '8761h', '525600m', '525601m', '31536000s', '31536001s', '31536000000ms', '31536000001ms', '01s', '1.5s', '1d', 's', '-1s', ' 1s', '1s ', '1S',
    '1KiB', '0KiB', '1023', '1024', '1025', '1024KiB', '1025KiB', '63MiB', '64MiB', '65MiB', '1GiB', '2GiB', '1048576KiB', '1048577KiB', '4095MiB', '4096MiB', '3GiB', '4GiB', '1073741824', '1073741825', '1KB', '01KiB', '-1KiB', '1e3', 7, 0, 1024, 1073741824, 1073741825];
  const places = [['hold', 'wait'], ['hold', 'redeem_ttl'], ['limits', 'idle'], ['receipts', 'delay'], ['limits', 'body'], ['limits', 'header_bytes'], ['hold', 'result_max'], ['hold', 'result_total'], ['loops'], ['receipts', 'batch']];
  const cases = places.flatMap((path) => amounts.map((amount) => {
    const value = { version: 1, data_dir: 'd', upstreams: [], hold: { max_wait: '8760h' } };
    if (path.length === 1) value[path[0]] = amount;
    else value[path[0]] = { ...value[path[0]], [path[1]]: amount };
    return [`${path.join('.')} is ${JSON.stringify(amount)}`, value];
  }));
  const count = compare(cases, cases.map(([, value]) => JSON.stringify(value)));
  assert.equal(count.beyond, 1, '1s5ms of at most 1s');
});

test('every file that the tests of config/ write', () => {
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus);
  execFileSync(process.env.HOLDFAST_CONFIG_TESTS, { env: { ...process.env, HOLDFAST_CORPUS: corpus }, stdio: 'ignore' });
  const texts = readdirSync(corpus).map((name) => readFileSync(join(corpus, name), 'utf8'));
  const cases = texts.map((text) => [text, YAML.parseDocument(text)]).filter(([, document]) => document.errors.length === 0 && document.warnings.length === 0)
    .map(([text, document]) => [text, document.toJS()]).filter(([, value]) => value !== null && typeof value === 'object' && !('openapi' in value));
  const count = compare(cases, cases.map(([text]) => text));
  assert.ok(count.accepted > 20 && count.refused > 50, JSON.stringify(count));
});

test('a file of a folder, for which nothing is required', () => {
  const partly = new Ajv().compile(JSON.parse(schemaText('--part')));
  for (const name of readdirSync(join(root, 'tests/scenarios/seeds'))) {
    const value = YAML.parse(readFileSync(join(root, 'tests/scenarios/seeds', name), 'utf8'));
    assert.ok(partly(value), `${name}: ${JSON.stringify(partly.errors)}`);
    assert.ok(!valid(value), name);
  }
});

test('every sentence of the reader was met', () => {
  assert.deepEqual(structural.filter((pattern) => !met.has(pattern)), []);
});
