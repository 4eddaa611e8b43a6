import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runStep } from './child.mjs';
import { root } from './problem.mjs';

/**
 * What npm is told, whatever the environment says: all packages here are development dependencies, or optional, and an npm around this
 * one, or NODE_ENV, may have it leave these out, or install elsewhere.
 */
const INSTALL = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--no-global',
  '--no-dry-run',
  '--no-workspaces',
  '--bin-links',
  '--loglevel=error',
  '--no-progress',
];

/** npm notes in `node_modules/.package-lock.json` what it installed, last of all: an interrupted install leaves no note. */
export function hasNodePackages() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = packagesOf(note);
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')));
  return wanted.every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? mayBeAbsent(entry) : found.version === entry.version;
  });
}

export async function installNodePackages() {
  console.log('Installing the Node packages …');
  await runStep('npm', INSTALL, {
    absent:
      'npm is not on the PATH: install it (it comes with Node from https://nodejs.org; on Debian: apt install npm)',
    failure: 'Cannot install the Node packages. Mend what npm says here (often it is the network), then start again',
  });
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/**
 * An optional package may be absent, and for another platform is. One that is plainly for this platform may not: its absence
 * tells of packages installed elsewhere. (A C library is not asked for, so a package that names one may be absent.)
 */
function mayBeAbsent({ optional, os, cpu, libc }) {
  return optional && !(os?.includes(process.platform) && cpu?.includes(process.arch) && libc === undefined);
}
