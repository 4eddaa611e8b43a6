import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { interruptedBy } from './child.mjs';
import { claim } from './lock.mjs';
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
  for (let owner = claim(lock); owner !== undefined; owner = claim(lock)) {
    if (interruptedBy() !== undefined) throw new Problem('Interrupted');
    if (!told) console.log(`Waiting for process ${owner}, which is installing (if there is none: rm ${lock}) …`);
    told = true;
    await pause(250);
  }
}
