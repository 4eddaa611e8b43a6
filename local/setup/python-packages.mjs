import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './child.mjs';
import { Problem, root } from './problem.mjs';

/** Two environments: who only starts the emulator does not wait for what tests alone need. */
export const EMULATOR = environment({ what: 'the AWS on this machine', folder: 'venv', pins: 'requirements.txt' });
export const LINT = environment({ what: 'the lint of templates', folder: 'lint', pins: 'requirements-lint.txt' });

function environment({ what, folder, pins }) {
  const at = join(root, '.local', folder);
  return {
    what,
    folder: at,
    interpreter: join(at, 'bin', 'python'),
    stamp: join(at, 'stamp'),
    pins: join(root, 'local', pins),
  };
}

export function hasPythonPackages({ stamp, ...environment }) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampText(environment);
}

/** The stamp is written last: an interrupted install has none. */
export async function installPythonPackages({ what, folder, interpreter, stamp, pins }) {
  const python = findPython();
  console.log(`Installing the Python packages (${what}) …`);
  rmSync(folder, { recursive: true, force: true });
  await runStep(python, ['-m', 'venv', folder], {
    failure: `Cannot make a Python environment in "${folder}" with ${python}`,
  });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', pins];
  await runStep(interpreter, install, {
    failure: 'Cannot install the Python packages. Mend what pip says here (often it is the network), then start again',
  });
  writeFileSync(stamp, stampText({ interpreter, pins }));
}

/** Differs when the pinned packages change, and when the interpreter behind the folder is another one or gone. */
function stampText({ interpreter, pins }) {
  const hash = createHash('sha256').update(readFileSync(pins)).digest('hex');
  return `${hash} ${probe(interpreter)?.version.join('.')}\n`;
}

/** The first interpreter that is new enough and can make an environment. */
function findPython() {
  const found = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'].flatMap(
    (name) => probe(name) ?? [],
  );
  const recent = found.filter(({ version: [major, minor] }) => major > 3 || (major === 3 && minor >= 10));
  const able = recent.find(({ canMakeFolder }) => canMakeFolder);
  if (able !== undefined) return able.name;
  const need = 'The AWS on this machine needs Python 3.10 or newer';
  const [old] = found;
  const [incomplete] = recent;
  if (incomplete !== undefined) {
    throw new Problem(
      `${need}; "${incomplete.name}" is one, but lacks its module venv: install it (on Debian: apt install python3-venv)`,
    );
  }
  throw new Problem(
    old === undefined
      ? `${need}, and there is none on the PATH: install it (https://python.org; on Debian: apt install python3 python3-venv)`
      : `${need}, and "${old.name}" is ${old.version.join('.')}: install a newer one (https://python.org) and put it on the PATH`,
  );
}

function probe(name) {
  const script =
    'import sys, importlib.util as util\n' +
    'print(sys.version_info[0], sys.version_info[1], all(util.find_spec(name) for name in ("venv", "ensurepip")))';
  const { status, stdout } = spawnSync(name, ['-c', script], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [major, minor, complete] = stdout.trim().split(' ');
  return { name, version: [Number(major), Number(minor)], canMakeFolder: complete === 'True' };
}
