// The policies of examples/policies, all together and each alone beside base.yaml: no warning (but of people whom a single
// policy does not ask), every test passes, and every rule has a test that it decides.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { packages } from './support/packages.mjs';
import { tempFolder } from './support/ports.mjs';

const YAML = packages('yaml');
const policies = join(process.env.HOLDFAST_ROOT, 'examples/policies');
const files = readdirSync(policies).filter((name) => name.endsWith('.yaml') && name !== 'base.yaml');
const env = { PATH: process.env.PATH, ALICE_TOKEN: 'alice-example-token-0123', BOB_TOKEN: 'bob-example-token-012345', CAROL_TOKEN: 'carol-example-token-0123' };

function holdfast(...words) {
  const { status, stdout, stderr } = spawnSync(process.env.HOLDFAST_BIN, words, { env, encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

const warnings = (folder) => JSON.parse(holdfast('check', '--json', '--config', folder)).problems.map(({ message }) => message);

test('all of them side by side', () => {
  assert.ok(files.length >= 7);
  holdfast('check', '--strict', '--config', policies);
  holdfast('policy', 'test', '--config', policies);
});

for (const file of files) {
  test(file, () => {
    const folder = join(tempFolder(), 'holdfast');
    mkdirSync(folder);
    for (const name of ['base.yaml', file]) copyFileSync(join(policies, name), join(folder, name));
    assert.deepEqual(warnings(folder).filter((said) => !said.startsWith('no plan asks the approver')), []);
    const decided = new Set(JSON.parse(holdfast('policy', 'test', '--json', '--config', folder)).tests.map((one) => one.rule));
    const { rules } = YAML.parse(readFileSync(join(policies, file), 'utf8'));
    assert.deepEqual(rules.map((rule) => rule.id).filter((id) => !decided.has(id)), [], 'rules that decide no test');
    assert.ok(decided.has('default'), 'what nothing allows is denied');
  });
}
