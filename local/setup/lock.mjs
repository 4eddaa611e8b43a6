import { readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import process from 'node:process';

/** Makes the lock, a symbolic link because that is made in one step with its owner in it; otherwise answers who holds it. */
export function claim(lock) {
  try {
    symlinkSync(String(process.pid), lock);
    return undefined;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = readOwner(lock);
  if (owner !== undefined && isAlive(owner)) return owner;
  rmSync(lock, { force: true });
  return claim(lock);
}

function readOwner(lock) {
  try {
    return Number(readlinkSync(lock));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** After a crash, or a restart of the machine, its number may be another program's. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return /\blocal\/(setup\.mjs|start\.ts)/.test(commandOf(pid) ?? 'local/setup.mjs');
}

/** Linux tells it; elsewhere it is not known. */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}
