// The quickstart, as a newcomer runs it: the lines that tell the story are there, and nothing is left behind.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { run } from './support/holdfast.mjs';
import { tempFolder } from './support/ports.mjs';

test('the quickstart plays the main job and cleans up after itself', async () => {
  const temporary = tempFolder();
  const elsewhere = tempFolder(); // it works from any directory
  const { code, stdout, stderr } = await run('bash', [join(process.env.HOLDFAST_ROOT, 'examples', 'quickstart', 'run')], {
    cwd: elsewhere,
    timeout: 900_000,
    maxBuffer: 64 << 20,
    env: { ...process.env, TMPDIR: temporary },
  });
  assert.equal(code, 0, stdout + stderr.slice(-4000));
  const told = [
    /1\. The agent pays \$5\./, /HTTP\/1\.1 200/, /Holdfast-Decision: allow/i, /"amount":5,/,
    /2\. The agent tries to close the account/, /HTTP\/1\.1 403/, /"reason_code": ?"policy_denied"/,
    /3\. The agent pays \$5,000/, /payment\.send/, /alice is told: approval\.requested/, /arguments \{"to":"acme","amount":5000\}/,
    /Paid so far: .*"amount":5\}\]\}/,
    /4\. Alice approves/, /alice votes approve: Holdfast answers 200/, /HTTP\/1\.1 200/, /Holdfast-Decision: escalate/i, /"amount":5000/,
    /Paid in all/,
    /5\. The same rules/, /tools\/call send/, /tools\/call delete_account/, /"holdfast\/refusal"/, /"isError": true/,
    /6\. Every call left a signed receipt/, /"state": "succeeded"/, /receipts verify --entry/, /\nverified: receipt/, /Now somebody writes/, /NOT verified/, /receipts verify --all/, /\nverified: \d+ entries/,
    /What to try next/,
  ];
  let at = 0;
  for (const line of told) {
    const found = line.exec(stdout.slice(at));
    assert.ok(found, `${line} is missing after:\n${stdout.slice(0, at)}\n--- and before:\n${stdout.slice(at)}`);
    at += found.index + found[0].length;
  }
  const paid = /Paid in all, by the payment server's own books: (.*)/.exec(stdout)[1];
  assert.equal(JSON.parse(paid).payments.filter((p) => p.amount === 5000).length, 1, 'exactly once');
  assert.deepEqual(readdirSync(temporary), [], 'nothing is left behind');
  assert.deepEqual(readdirSync(elsewhere), []);
});
