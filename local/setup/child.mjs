import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { Problem, root } from './problem.mjs';

/** Runs a process, passes signals on to it, and answers with its exit code (128 + n where signal n ended it). */
export async function runChild(command, args, options) {
  child = spawn(command, args, options);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** Runs a step of the set-up, whose output is shown only if it fails. */
export async function runStep(command, args, { failure, absent = failure }) {
  const code = runChild(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  const ended = await code.catch((error) => {
    throw new Problem(error.code === 'ENOENT' ? absent : `${failure}: ${error.message}`);
  });
  if (ended === 0) return;
  throw new Problem(`${failure}:\n\n${essence(Buffer.concat(output).toString())}`);
}

/** npm tells the reason first, pip last. */
function essence(output) {
  const lines = output.trim().split('\n');
  const shown = lines.length <= 24 ? lines : [...lines.slice(0, 12), '…', ...lines.slice(-12)];
  return shown.map((line) => `  ${line}`).join('\n');
}

/** The exit code to end with, if a signal asked this process to end. */
export function interruptedBy() {
  return interruption === undefined ? undefined : 128 + constants.signals[interruption];
}

let child;
let interruption;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends Ctrl-C to every process by itself; passed on as well, it would arrive twice.
  process.on(signal, () => interrupt(signal, signal !== 'SIGINT' || !process.stdin.isTTY));
}

// The shell between npm and this process passes nothing on when it is ended; that the parent is another one then tells.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && interruption === undefined) interrupt('SIGTERM', true);
}, 1_000).unref();

function interrupt(signal, passOn) {
  interruption = signal;
  if (passOn) child?.kill(signal);
}
