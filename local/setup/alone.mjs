import { mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { interruptedBy } from './child.mjs';
import { Problem, root } from './problem.mjs';

const lock = join(root, '.local', 'setup.lock');

/** Does the work while no other process does: two installs at once would delete each other's halves. */
export async function alone(work) {
  mkdirSync(join(root, '.local'), { recursive: true });
  await acquire();
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function acquire() {
  let told = false;
  for (let owner = claim(); owner !== undefined; owner = claim()) {
    if (interruptedBy() !== undefined) throw new Problem('Interrupted');
    if (!told) console.log(`Waiting for process ${owner}, which is installing (if there is none: rm ${lock}) …`);
    told = true;
    await pause(250);
  }
}

/** Makes the lock, a symbolic link because that is made in one step with its owner in it; otherwise answers who holds it. */
function claim() {
  try {
    symlinkSync(String(process.pid), lock);
    return undefined;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = readOwner();
  if (owner !== undefined && isAlive(owner)) return owner;
  rmSync(lock, { force: true });
  return claim();
}

function readOwner() {
  try {
    return Number(readlinkSync(lock));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}
