/**
 * `node local/setup.mjs [--no-python] <command> [argument…]`: installs what is missing, then runs the command with this project's own
 * tools (Node 24 among them) first on its PATH, and ends as it ends. Python is needed by the emulator and by tests alone.
 *
 * Runs before anything is installed: plain JavaScript, on the machine's own Node and nothing but its builtins.
 */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { alone } from './setup/alone.mjs';
import { hasNodePackages, installNodePackages } from './setup/node-packages.mjs';
import { asProblem } from './setup/as-problem.mjs';
import { EMULATOR, hasPythonPackages, installPythonPackages, LINT } from './setup/python-packages.mjs';
import { Problem, root } from './setup/problem.mjs';
import { interruptedBy, runChild } from './setup/child.mjs';

const tools = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: [tools, process.env.PATH].join(delimiter) };

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  if (interruptedBy() !== undefined) return interruptedBy();
  const problem = error instanceof Problem ? error : asProblem(error);
  if (problem === undefined) throw error;
  console.error(problem.message);
  return 1;
});

async function main(words) {
  const [withPython, [command, ...args]] = words[0] === '--no-python' ? [false, words.slice(1)] : [true, words];
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Problem(
      `Node ${process.versions.node} is too old for the set-up: install Node 20 or newer (https://nodejs.org)`,
    );
  }
  if (!command) throw new Problem('Name a command to run, as in: node local/setup.mjs vitest run');
  const environments = withPython ? [EMULATOR, ...(command === 'vitest' ? [LINT] : [])] : [];
  if (!isComplete(environments)) await alone(() => install(environments));
  requireNode24();
  return runChild(command, args, { stdio: 'inherit', env }).catch((error) => {
    const reason = error.code === 'ENOENT' ? `it is neither in ${tools} nor on the PATH` : error.message;
    throw new Problem(`Cannot run "${command}": ${reason}`);
  });
}

function isComplete(environments) {
  return hasNodePackages() && environments.every(hasPythonPackages);
}

async function install(environments) {
  if (!hasNodePackages()) await installNodePackages();
  for (const environment of environments) if (!hasPythonPackages(environment)) await installPythonPackages(environment);
}

/** The scripts here are TypeScript as it stands, which needs Node 24. npm brings one for Linux; elsewhere the machine's own must do. */
function requireNode24() {
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8', env });
  if (Number.parseInt(stdout?.slice(1), 10) >= 24) return;
  throw new Problem(
    'This project needs Node 24, which npm brings for Linux with glibc on x64 and arm64, and nowhere else. The one on this machine ' +
      `(${process.platform} on ${process.arch}) is ${process.version}: install Node 24 or newer (https://nodejs.org)`,
  );
}
