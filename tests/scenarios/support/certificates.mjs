// Authorities and certificates of a test's own, made by openssl in its folder: `name.key` and `name.pem` of each.
import assert from 'node:assert/strict';
import { run } from './holdfast.mjs';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function certificatesIn(folder) {
  async function openssl(...args) {
    const made = await run('openssl', args, { cwd: folder });
    assert.equal(made.code, 0, made.stderr);
  }
  const authority = (name) =>
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
  async function issue(name, { subject = `/CN=${name}`, by = 'ca', days = '2', names, usage = 'clientAuth' } = {}) {
    await openssl('req', '-new', ...newKey, '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`,
      '-addext', `extendedKeyUsage=${usage}`, ...(names ? ['-addext', `subjectAltName=${names}`] : []));
    await openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-days', days,
      '-copy_extensions', 'copy', '-out', `${name}.pem`);
  }
  return { authority, issue };
}
