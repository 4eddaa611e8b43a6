import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionsIn } from '../../local/decisions.ts';
import { localFolder } from '../../local/project-folder.ts';
import { CONFIGURATIONS } from '../support/iam/configurations.ts';
import { unusedGrants } from '../support/iam/unused-grants.ts';
import { worldOf } from '../support/iam/world.ts';

/** `node test/e2e/unused-grants.ts`, after the end-to-end tests: what the templates grant, and no test of the last runs used. */
const logs = globSync(join(localFolder, 'e2e-*-iam.jsonl'));
const decisions = logs.flatMap((log) => decisionsIn(readFileSync(log, 'utf8')));
const worlds = CONFIGURATIONS.map(([, configuration]) => worldOf(configuration));
console.log(`${decisions.length.toLocaleString('en')} decisions in ${logs.length} logs. Granted, and never used:`);
for (const { role, action, reason } of unusedGrants(worlds, decisions))
  console.log(`  ${role}: ${action}${reason === undefined ? '' : ` (${reason})`}`);
