import { delimiter, join } from 'node:path';
import { projectFolder } from './project-folder.ts';

/**
 * What a child process gets of this one's environment: nothing of the user's AWS set-up, proxies or Node options, so that
 * no call can leave this machine and the emulator's functions see what they would see on any other.
 */
export function cleanEnvironment(additions: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TZ'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  // The first `node` on the PATH runs the emulator's functions, and the CDK's app.
  const path = [join(projectFolder, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path, ...additions };
}
