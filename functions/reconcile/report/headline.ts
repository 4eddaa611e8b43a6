import { assertNever } from '../../../shared/assert-never.ts';
import { count, objects } from '../../../shared/report/in-words.ts';
import type { DestinationReport, Report } from './report.ts';
import { total } from '../tally.ts';

/** What somebody must know who reads only one sentence. */
export function headlineOf(report: Report): string {
  return `${verdictOf(report)}${leftOutInWords(report)}`;
}

/** Nothing is known of these: that must not be overlooked. */
function leftOutInWords({ leftOut = [] }: Report): string {
  if (leftOut.length === 0) return '';
  return `; not compared, as another run has ${leftOut.length === 1 ? 'it' : 'them'}: ${leftOut.map(({ bucket, run }) => `${bucket} (${run})`).join(', ')}`;
}

function verdictOf(report: Report): string {
  switch (report.status) {
    case 'failed':
      return failed(report);
    case 'differs':
      return differs(report);
    case 'equal':
      return equal(report);
    default:
      return assertNever(report.status);
  }
}

/** Objects that differ, or may, when the run ends. */
export function leftOf({ failed, underWay }: Pick<DestinationReport, 'failed' | 'underWay'>): number {
  return total(failed) + total(underWay);
}

function failed({ source, destinations, problems }: Report): string {
  const [first = 'why, is in the log of the function'] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const nothing = destinations.every(({ status }) => status === 'failed');
  const what = nothing ? 'The run failed' : `Not everything of ${source.bucket} could be compared`;
  return `${what}: ${first.length > LONGEST ? `${first.slice(0, LONGEST)}…` : first}${more}`;
}

const LONGEST = 160;

function differs(report: Report): string {
  const differing = report.destinations.filter(({ status }) => status === 'differs');
  const [first, ...others] = differing
    .map(({ bucket, ...counts }) => ({ bucket, left: leftOf(counts) }))
    .toSorted((one, other) => other.left - one.left);
  if (first === undefined || others.length > 2) {
    const copies = differing.reduce((sum, destination) => sum + leftOf(destination), 0);
    return `${count(copies)} copies of objects of ${sourceOf(report)} differ, in ${differing.length} of ${report.destinations.length} destinations`;
  }
  const verb = first.left === 1 ? 'differs' : 'differ';
  const elsewhere = others.map(({ left, bucket }) => `, ${count(left)} in ${bucket}`).join('');
  return `${objects(first.left)} of ${sourceOf(report)} ${verb} in ${first.bucket}${elsewhere}`;
}

function equal(report: Report): string {
  const { source, destinations } = report;
  if (source.keys === 0) {
    const only = destinations.reduce((sum, { extra }) => sum + extra, 0);
    const there = only === 0 ? '' : `; ${count(only)} ${only === 1 ? 'copy is' : 'copies are'} only in destinations`;
    return `There are no objects of ${sourceOf(report)}, so that nothing was compared${there}`;
  }
  const [one, ...others] = destinations;
  const where = one === undefined || others.length > 0 ? `${destinations.length} destinations` : one.bucket;
  const all = source.keys === 1 ? `The only object` : `All ${objects(source.keys)}`;
  return `${all} of ${sourceOf(report)} ${source.keys === 1 ? 'is' : 'are'} equal in ${where}${exceptions(destinations)}${afterRepair(destinations)}`;
}

function sourceOf({ source, request }: Report): string {
  return request.prefix === undefined ? source.bucket : `${source.bucket} under "${request.prefix}"`;
}

function exceptions(destinations: readonly DestinationReport[]): string {
  const exceptions = [
    exception(
      destinations.map(({ cannot }) => total(cannot)),
      'that cannot be copied',
    ),
    exception(
      destinations.map(({ expired = 0 }) => expired),
      'that have expired there',
    ),
    exception(
      destinations.map(({ young }) => young),
      'that changed in the last minutes',
    ),
  ].filter((text) => text !== undefined);
  return exceptions.length === 0 ? '' : `, except ${inWords(exceptions)}`;
}

/** `a`, `a and b`, `a, b and c`. */
function inWords(parts: readonly string[]): string {
  return parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function exception(counts: readonly number[], what: string): string | undefined {
  const most = Math.max(0, ...counts);
  if (most === 0) return undefined;
  return `${counts.every((number) => number === most) ? '' : 'up to '}${count(most)} ${what}`;
}

function wereRepaired(copies: number): string {
  return copies === 1 ? '1 copy was repaired' : `${count(copies)} copies were repaired`;
}

function afterRepair(destinations: readonly DestinationReport[]): string {
  const repaired = destinations.reduce((sum, destination) => sum + total(destination.repaired), 0);
  const young = destinations.reduce((sum, { youngRepaired = 0 }) => sum + youngRepaired, 0);
  if (repaired + young === 0) return '';
  if (repaired === 0)
    return `, after ${wereRepaired(young)} that ${young === 1 ? 'was' : 'were'} too young to be called drift`;
  return `, after ${wereRepaired(repaired)}${young === 0 ? '' : `, and ${count(young)} too young to be called drift`}`;
}
