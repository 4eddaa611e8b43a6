/** `npm run bench [-- part…]`: measures, prints tables, and ends with exit code 1 if a target is missed. */
import { copyPart } from './copy.ts';
import { listPart } from './list.ts';

const PARTS = new Map([
  ['copy', copyPart],
  ['list', listPart],
]);

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !PARTS.has(name));
if (unknown === undefined) {
  for (const [name, part] of PARTS) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n${name}`);
    if (!(await part())) process.exitCode = 1;
  }
} else {
  console.error(`There is no part "${unknown}": name some of ${[...PARTS.keys()].join(', ')}, or none for all`);
  process.exitCode = 2;
}
