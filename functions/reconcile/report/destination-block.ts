import { leftOf } from './headline.ts';
import { html } from '../../../shared/report/html.ts';
import type { Html } from '../../../shared/report/html.ts';
import { count, size, time } from '../../../shared/report/in-words.ts';
import { mattersOf } from './matters.ts';
import { reasonInWords } from './remedies.ts';
import type { DestinationReport, Status } from './report.ts';
import { total } from '../tally.ts';
import type { Cause } from '../tally.ts';

/** With a sign, so that nobody depends on colours. */
export function stateInWords(status: Status, compared: number): string {
  if (status === 'equal' && compared === 0) return '– Nothing to compare';
  return { equal: '✓ Equal', differs: '≠ Differs', failed: '✕ Failed' }[status];
}

/** All destinations at a glance. */
export function destinationTable(destinations: readonly DestinationReport[]): Html {
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          <th>Destination</th>
          <th>State</th>
          <th class="number">Found</th>
          <th class="number">Repaired</th>
          <th class="number">Left</th>
          <th class="number">Cannot</th>
        </tr>
      </thead>
      <tbody>
        ${destinations.map(
          (destination) =>
            html`<tr>
              <td>${destination.bucket}</td>
              <td>
                <span class="state-${destination.status}"
                  >${stateInWords(destination.status, destination.compared)}</span
                >
              </td>
              ${numbersOf(destination).map(([name, value]) => number(name, wasLookedAt(destination) ? value : undefined))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** What was not compared has no differences that are known. */
function wasLookedAt({ status, compared }: DestinationReport): boolean {
  return status !== 'failed' || compared > 0;
}

function numbersOf(destination: DestinationReport): readonly (readonly [string, number])[] {
  return [
    ['Found', total(destination.found)],
    ['Repaired', total(destination.repaired)],
    ['Left', leftOf(destination)],
    ['Cannot', total(destination.cannot)],
  ];
}

/** On a phone, where the head of the table has no room, the name stands before the number. */
function number(name: string, value: number | undefined): Html {
  return html`<td class="number${value === 0 ? ' zero' : ''}" data-name="${name}">
    ${value === undefined ? '?' : count(value)}
  </td>`;
}

/** All that is known of one destination. */
export function destinationBlock(destination: DestinationReport, { open }: { readonly open: boolean }): Html {
  const { bucket, region, status } = destination;
  const rows = rowsOf(destination);
  return html`<details class="destination ${status}" ${open ? html` open` : undefined}>
    <summary>
      <b>${bucket}</b> <span class="sub">${region}</span>
      <span class="state-${status}">${stateInWords(status, destination.compared)}</span>
      <span class="sub">${proof(destination)}</span>
    </summary>
    <dl>
      ${rows.map(
        ({ name, value, about }) =>
          html`<div class="${value === '0' ? 'zero' : ''}">
            <dt>${name}</dt>
            <dd>${value}${about === undefined ? undefined : html`<small>${about}</small>`}</dd>
          </div>`,
      )}
    </dl>
    ${notes(destination)}
  </details>`;
}

function proof({ provedEqualAsOf, compared }: DestinationReport): string {
  if (compared === 0) return 'nothing was compared';
  return provedEqualAsOf === undefined ? 'not proved equal by this run' : `proved equal as of ${time(provedEqualAsOf)}`;
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly about?: string | undefined;
}

function rowsOf(destination: DestinationReport): readonly Row[] {
  const { compared, equal, explained, found, repaired, bytesFound, bytesRepaired } = destination;
  return [
    { name: 'Objects compared', value: count(compared) },
    {
      name: 'Equal at once',
      value: count(equal),
      about: explained === 0 ? undefined : `${count(explained)} of them by the ledger`,
    },
    { name: 'Found different', value: count(total(found)), about: byCause(found, bytesFound) },
    { name: 'Repaired', value: count(total(repaired)), about: byCause(repaired, bytesRepaired) },
    {
      name: 'Repaired, but too young to be called drift',
      value: count(destination.youngRepaired ?? 0),
      about: youngInWords(destination),
    },
    { name: 'The same, when their contents were compared', value: count(destination.same) },
    { name: 'Gone from the source meanwhile', value: count(destination.gone) },
    { name: 'Could not be copied', value: count(total(destination.failed)), about: reasons(destination.failed) },
    { name: 'Not equal yet', value: count(total(destination.underWay)), about: reasons(destination.underWay) },
    {
      name: 'Cannot be copied as they are',
      value: count(total(destination.cannot)),
      about: [reasons(destination.cannot), factsInWords(destination)].filter(Boolean).join('; ') || undefined,
    },
    { name: 'Changed in the last minutes', value: count(destination.young) },
    { name: 'Expired by the lifecycle of the destination', value: count(destination.expired ?? 0) },
    { name: 'Only in the destination', value: count(destination.extra) },
    ...(destination.notListedAgain === undefined
      ? []
      : [{ name: 'Differed, and not listed again', value: count(destination.notListedAgain) }]),
    ...scrubRows(destination),
    { name: 'Inbox, at the end', value: inboxInWords(destination.inbox) },
    ...(destination.withheld === undefined
      ? []
      : [{ name: 'Nothing was repaired', value: reasonInWords(destination.withheld) }]),
  ];
}

/** Events may have brought them over as well as the run. */
function youngInWords({ youngFound = 0, youngSame = 0 }: DestinationReport): string | undefined {
  if (youngFound === 0) return undefined;
  const same = youngSame === 0 ? '' : `; ${count(youngSame)} were the same all the time`;
  return `of ${count(youngFound)} that had changed in the minutes before they were listed${same}`;
}

function factsInWords({ knownFacts = {} }: DestinationReport): string | undefined {
  const facts = Object.values(knownFacts);
  if (facts.length === 0) return undefined;
  const known = facts.reduce((sum, { objects }) => sum + objects, 0);
  const [since = ''] = facts.map((one) => one.since).toSorted();
  return `${count(known)} of them known since ${time(since)} or later, and not looked at again`;
}

/** What equal listings do not prove. */
function scrubRows({ scrub }: DestinationReport): readonly Row[] {
  if (scrub === undefined) return [];
  const { chosen, byBytes, byChecksums, drift, damagedSource, notCompared, left, waiting, bytes } = scrub;
  const others = { ...notCompared, ...(left > 0 && { 'over the budget': left }), ...(waiting > 0 && { waiting }) };
  return [
    { name: 'Equal ones whose turn it was to be compared by more', value: count(chosen), about: reasons(others) },
    {
      name: 'Compared byte by byte',
      value: count(byBytes + drift + damagedSource),
      about: byBytes + drift === 0 ? undefined : `${size(bytes)} on each side`,
    },
    { name: 'Compared by checksums that S3 keeps, as they are large', value: count(byChecksums) },
    { name: 'Of these, different though their ETags are equal', value: count(drift + damagedSource) },
  ];
}

const CAUSES: Readonly<Record<Cause, string>> = {
  missed: 'missing',
  stale: 'of other content',
  rewritten: 'described anew in the source',
};

function byCause(counts: Readonly<Record<Cause, number>>, bytes: number): string | undefined {
  if (total(counts) === 0) return undefined;
  const causes = (['missed', 'stale', 'rewritten'] as const)
    .filter((cause) => counts[cause] > 0)
    .map((cause) => `${count(counts[cause])} ${CAUSES[cause]}`);
  return `${causes.join(', ')}; ${size(bytes)}`;
}

function reasons(counts: Readonly<Record<string, number>>): string | undefined {
  const all = Object.entries(counts).toSorted(([, one], [, other]) => other - one);
  return all.length === 0 ? undefined : all.map(([reason, n]) => `${count(n)}: ${reasonInWords(reason)}`).join('; ');
}

function inboxInWords(inbox: string | undefined): string {
  if (inbox === undefined) return 'nothing was sent to it';
  if (inbox === 'settled') return 'all that was sent to it was looked at';
  if (inbox === 'failing') return 'all that was sent to it was looked at; some failed, and are tried again';
  return inbox === 'out of patience' ? 'some of what was sent to it was not looked at within 30 minutes' : inbox;
}

/** What is no problem, but worth knowing. */
function notes(destination: DestinationReport): Html | undefined {
  const matters = mattersOf(destination).filter(({ problem }) => !problem);
  if (matters.length === 0) return undefined;
  return html`<ul class="notes">
    ${matters.map(
      ({ count: number, what, reason, remedy }) =>
        html`<li><b>${count(number)} ${what}${reason === undefined ? '' : ` (${reason})`}.</b> ${remedy}</li>`,
    )}
  </ul>`;
}
