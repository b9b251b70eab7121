// The program under test: its configuration, its life, its command line.
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, tempFolder } from './ports.mjs';
import { patience, until } from './until.mjs';

const binary = process.env.HOLDFAST_BIN;
if (!binary) throw new Error('HOLDFAST_BIN does not name the program under test');

export const tokens = {
  alice: 'token-of-alice-0123456789',
  bob: 'token-of-bob-0123456789-ab',
  carol: 'token-of-carol-0123456789',
};

// What every scenario begins with: two planes on free ports, one approver who votes by token, quick deadlines.
// `extra` replaces whole sections.
export async function makeConfig(extra = {}) {
  const [agent, control] = [await freePort(), await freePort()];
  return {
    version: 1,
    data_dir: './data',
    agent_plane: { listen: `127.0.0.1:${agent}` },
    control_plane: { listen: `127.0.0.1:${control}` },
    upstreams: [],
    default: 'deny',
    rules: [],
    approvers: [{ id: 'alice', groups: ['lead'], token: tokens.alice }],
    approvals: { timeout: '60s', plans: { default: { require: 1, from: ['lead'] } } },
    hold: { wait: '500ms' },
    loops: 1,
    ...extra,
  };
}

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// A sanitizer's report fails the test whatever the scenario goes on to ask, or whom it kills.
const reported = (text) => /Sanitizer:|runtime error:/.test(text);

// Runs a command to its end: {code, stdout, stderr}.
export function run(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: 20_000 * patience, maxBuffer: 1 << 30, encoding: 'utf8', ...options }, (error, stdout, stderr) => {
      if (reported(stderr)) return reject(new Error(stderr));
      resolve({ code: error ? (error.code ?? error.signal) : 0, stdout, stderr });
    });
  });
}

export class Holdfast {
  // `config` is an object (JSON is YAML) or the text of a file.
  constructor(config, folder = tempFolder()) {
    this.folder = folder;
    this.file = join(folder, 'holdfast.yaml');
    this.config = config;
    this.write(config);
  }

  write(config) {
    writeFileSync(this.file, typeof config === 'string' ? config : JSON.stringify(config, null, 2));
  }

  static async start(config, folder) {
    const holdfast = new Holdfast(config, folder);
    await holdfast.start();
    return holdfast;
  }

  get agentUrl() {
    return `http://${this.config.agent_plane.listen}`;
  }
  get agentPort() {
    return Number(this.config.agent_plane.listen.split(':')[1]);
  }
  get controlUrl() {
    return `http://${this.config.control_plane.listen}`;
  }
  get controlPort() {
    return Number(this.config.control_plane.listen.split(':')[1]);
  }

  // `env` is added to the environment of this run.
  async start(env = {}) {
    this.stdout = '';
    this.stderr = '';
    const child = spawn(binary, ['run', '--config', this.file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.child = child;
    running.add(child);
    child.stdout.setEncoding('utf8').on('data', (text) => (this.stdout += text));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
      said += text;
    });
    child.on('close', () => {
      if (reported(said)) throw new Error(said);
    });
    this.ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        running.delete(child);
        resolve({ code, signal });
      });
    });
    await until('the ready line', () => {
      const end = child.exitCode ?? child.signalCode;
      if (end !== null) throw new Error(`holdfast run ended with ${end}:\n${this.stderr}`);
      return this.stdout.includes('ready') && this.stdout.includes('\n');
    }, 60_000);
  }

  // Ends it as an operator would; resolves to {code, signal}.
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    return this.ended;
  }

  // Ends it as a power cut would.
  async kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  cli(...args) {
    return run(binary, [...args, '--config', this.file], { cwd: this.folder, env: { ...process.env, HOLDFAST_TOKEN: tokens.alice } });
  }

  // The control plane's API: {status, body}, body parsed when it is JSON.
  async api(method, path, body, token = tokens.alice) {
    const response = await fetch(this.controlUrl + path, {
      method,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  async approvals(status) {
    const { body } = await this.api('GET', `/v1/approvals?limit=100${status ? `&status=${status}` : ''}`);
    return body.approvals;
  }

  // The newest pending hold that fits, once it is there.
  pending(fits = () => true) {
    return until('a pending hold', async () => (await this.approvals('pending')).find(fits));
  }

  vote(hold, act, { token = tokens.alice, reason = '', digest = hold.digest } = {}) {
    return this.api('POST', `/v1/approvals/${hold.id}/${act}`, { reason, digest }, token);
  }

  async hold(id) {
    return (await this.api('GET', `/v1/approvals/${id}`)).body;
  }

  // Entries of the log as parsed JSON, of one call or the newest of all, from the command line.
  async receipts(call, limit = 1000) {
    const { code, stdout, stderr } = await this.cli('receipts', 'list', '--json', '--limit', String(limit), ...(call ? ['--call', call] : []));
    if (code !== 0) throw new Error(`receipts list: ${stderr}`);
    return JSON.parse(stdout).receipts.map((stored) => stored.entry);
  }

  async verifyAll() {
    return this.cli('receipts', 'verify', '--all');
  }
}
