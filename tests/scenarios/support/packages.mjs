// The npm packages of package-lock.json, which live in a cache outside the tree.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const modules = process.env.HOLDFAST_NODE_MODULES;
if (!modules) throw new Error('HOLDFAST_NODE_MODULES is not set; tests/scenarios/run sets it');

export const packages = createRequire(join(modules, 'here.cjs'));
export const packagePath = (...parts) => join(modules, ...parts);
