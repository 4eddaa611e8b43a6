/** `npm run bench [-- part…]`: measures, prints tables, and ends with exit code 1 if a target is missed. */
import { copyPart } from './copy.ts';
import { listPart } from './list.ts';
import { pacePart } from './pace.ts';
import { restorePart } from './restore.ts';
import { sweepFarPart } from './sweep-far.ts';
import { sweepMemoryPart } from './sweep-memory.ts';
import { sweepPart } from './sweep.ts';

const PARTS = new Map([
  ['copy', copyPart],
  ['list', listPart],
  ['pace', pacePart],
  ['restore', restorePart],
  ['sweep-peers', sweepPart],
  ['sweep-far', sweepFarPart],
  ['sweep-memory', sweepMemoryPart],
]);

const asked = process.argv.slice(2);
const isPart = (name: string, asked: string) => name === asked || name.startsWith(`${asked}-`);
const unknown = asked.find((one) => ![...PARTS.keys()].some((name) => isPart(name, one)));
if (unknown === undefined) {
  for (const [name, part] of PARTS) {
    // Of `sweep`, all parts; each can be had alone.
    const wanted = asked.length === 0 || asked.some((one) => isPart(name, one));
    if (!wanted) continue;
    console.log(`\n${name}`);
    if (!(await part())) process.exitCode = 1;
  }
} else {
  console.error(`There is no part "${unknown}": name some of ${[...PARTS.keys()].join(', ')}, or none for all`);
  process.exitCode = 2;
}
