// The configuration is exchanged by a rename: over its file, over a link on the way to it, into its directory. A write in place
// is not looked at.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tempFolder } from './support/ports.mjs';
import { denyAll, house, policies } from './support/reloads.mjs';
import { paymentRules } from './support/upstream.mjs';

test('a file that is renamed over it reloads; one that is written in place does not', async () => {
  const { holdfast, config, pay, results, reloaded, hup, close } = await house();
  const text = (rules) => JSON.stringify({ ...config, rules });
  const replace = (rules) => {
    writeFileSync(join(holdfast.folder, 'next'), text(rules));
    renameSync(join(holdfast.folder, 'next'), holdfast.file);
  };
  await reloaded('applied', () => replace(denyAll));
  assert.equal((await pay(5)).status, 403);
  await reloaded('applied', () => replace(paymentRules));
  assert.equal((await pay(5)).status, 200, 'the watch is on the new file');

  // Written in place, and then something else is moved into the folder, which is looked at and found to be nothing.
  writeFileSync(holdfast.file, text(denyAll));
  const applied = (await results())('applied');
  writeFileSync(join(holdfast.folder, 'note'), '');
  renameSync(join(holdfast.folder, 'note'), join(holdfast.folder, 'holdfast.yaml~'));
  symlinkSync(join(holdfast.folder, 'holdfast.yaml~'), join(holdfast.folder, 'link'));
  assert.equal((await pay(5)).status, 200);
  await reloaded('applied', hup);
  assert.equal((await results())('applied'), applied + 1, 'SIGHUP alone');
  assert.equal((await pay(5)).status, 403);
  await reloaded('refused', () => {
    writeFileSync(join(holdfast.folder, 'next'), 'version: 2\n');
    renameSync(join(holdfast.folder, 'next'), holdfast.file);
  });
  assert.equal((await pay(5)).status, 403);
  holdfast.write(config); // for `receipts verify`, which asks it where the log is
  await close();
});

test('a symbolic link that is swapped reloads, as Kubernetes does it with ..data', async () => {
  const folder = tempFolder();
  const { holdfast, config, pay, reloaded, close } = await house({ data_dir: join(folder, 'data') }, { folder, start: false });
  const version = (name, rules) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'holdfast.yaml'), JSON.stringify({ ...config, rules }));
  };
  const swap = (name) => {
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  version('..2026_01', paymentRules);
  swap('..2026_01');
  rmSync(holdfast.file);
  symlinkSync('..data/holdfast.yaml', holdfast.file);
  await holdfast.start();
  assert.equal((await pay(5)).status, 200);
  version('..2026_02', denyAll);
  await reloaded('applied', () => (swap('..2026_02'), rmSync(join(folder, '..2026_01'), { recursive: true })));
  assert.equal((await pay(5)).status, 403);
  version('..2026_03', paymentRules);
  await reloaded('applied', () => swap('..2026_03'));
  assert.equal((await pay(5)).status, 200);
  await close();
});

test('a directory of files: one that is moved in, or over another, reloads them all', async () => {
  const folder = tempFolder();
  const { holdfast, config, pay, reloaded, close } = await house({ data_dir: join(folder, 'data') }, { folder, start: false });
  const parts = join(folder, 'conf.d');
  mkdirSync(parts);
  const put = (name, value) => {
    writeFileSync(join(folder, 'next'), JSON.stringify(value));
    renameSync(join(folder, 'next'), join(parts, name));
  };
  const { rules, ...rest } = config;
  put('10-rest.yaml', rest);
  put('20-rules.yaml', { rules });
  rmSync(holdfast.file);
  holdfast.file = parts;
  await holdfast.start();
  assert.equal((await pay(5)).status, 200);
  await reloaded('applied', () => put('15-first.yaml', { rules: denyAll }));
  assert.equal((await pay(5)).status, 403);
  await reloaded('applied', () => put('15-first.yaml', { rules: [paymentRules[0]] }));
  assert.equal((await pay(5)).status, 200);
  assert.deepEqual(policies(holdfast)[1].files.map((file) => file.name), ['10-rest.yaml', '15-first.yaml', '20-rules.yaml']);
  await close();
});

test('an OpenAPI document that is renamed over its file, or over a link to it, reloads; one of a reload is watched from then on', async () => {
  const folder = tempFolder();
  const document = (operationId) => JSON.stringify({ openapi: '3.1.0', info: {}, paths: { '/v1/send': { post: { operationId } } } });
  const put = (name, operationId) => {
    writeFileSync(join(folder, 'next'), document(operationId));
    renameSync(join(folder, 'next'), join(folder, name));
  };
  mkdirSync(join(folder, 'apis'));
  put('first.json', 'send');
  const { holdfast, upstream, config, pay, reloaded, close } = await house(
    { data_dir: join(folder, 'data'), rules: [{ tool: 'payment.send', action: 'allow' }] },
    { folder, start: false },
  );
  const reading = (openapi) => ({ ...config, upstreams: [{ name: 'payment', protocol: 'http', url: upstream.url, path: '/payment/', openapi }] });
  holdfast.write(reading('first.json'));
  await holdfast.start();
  assert.equal((await pay(5)).status, 200);
  await reloaded('applied', () => put('first.json', 'transfer'));
  assert.equal((await pay(5)).status, 403, 'it is payment.transfer now');
  await reloaded('refused', () => {
    writeFileSync(join(folder, 'next'), '{');
    renameSync(join(folder, 'next'), join(folder, 'first.json'));
  });
  await reloaded('applied', () => put('first.json', 'send'));
  assert.equal((await pay(5)).status, 200, 'it is taken once it is whole');

  put('apis/a.json', 'send');
  put('apis/b.json', 'transfer');
  symlinkSync('apis/a.json', join(folder, 'second.json'));
  await reloaded('applied', () => {
    writeFileSync(join(folder, 'next'), JSON.stringify(reading('second.json')));
    renameSync(join(folder, 'next'), holdfast.file);
  });
  assert.equal((await pay(5)).status, 200);
  await reloaded('applied', () => {
    symlinkSync('apis/b.json', join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'second.json'));
  });
  assert.equal((await pay(5)).status, 403, 'it is payment.transfer now');
  await reloaded('applied', () => put('apis/b.json', 'send'));
  assert.equal((await pay(5)).status, 200, 'behind the link, too');
  await close();
});

test('the digest covers what stands for a variable, but no secret', async () => {
  const rules = [{ tool: 'payment.send', action: 'deny', reason: '${WHY}' }];
  const { holdfast, upstream } = await house({ rules, agents: [{ id: 'bot', token: '${BOT_TOKEN}' }] }, { start: false });
  const started = [
    { WHY: 'one', BOT_TOKEN: 'token-of-bot-0123456789ab' },
    { WHY: 'one', BOT_TOKEN: 'token-of-bot-ba9876543210' },
    { WHY: 'another', BOT_TOKEN: 'token-of-bot-ba9876543210' },
  ];
  for (const env of started) {
    await holdfast.start(env);
    await holdfast.stop();
  }
  const [first, second, third] = policies(holdfast).map((entry) => entry.digest);
  assert.equal(first, second);
  assert.notEqual(second, third);
  assert.equal((await holdfast.verifyAll()).code, 0);
  upstream.close();
});

test('the digest is of the manifest, which lists every file with its SHA-256', async () => {
  const { holdfast, config, change, close } = await house();
  await change({ rules: denyAll });
  const [, entry] = policies(holdfast);
  const text = JSON.stringify({ ...config, rules: denyAll }, null, 2);
  assert.deepEqual(entry.files, [{ name: 'holdfast.yaml', sha256: `sha256:${createHash('sha256').update(text).digest('hex')}` }]);
  await close();
});
