import { LIST_PRICES } from '../../../shared/list-prices.ts';
import { destinationBlock, destinationTable, stateInWords } from './destination-block.ts';
import { headlineOf } from './headline.ts';
import { historyPicture } from './history-picture.ts';
import type { History } from './history.ts';
import { html } from '../../../shared/report/html.ts';
import type { Html } from '../../../shared/report/html.ts';
import { count, dollars, duration, size, time } from '../../../shared/report/in-words.ts';
import { mattersOf } from './matters.ts';
import { remedyOfProblem } from './remedies.ts';
import { PAGE_STYLE } from '../../../shared/report/page-style.ts';
import type { Report } from './report.ts';
import { paths } from '../run.ts';

export interface PageContext {
  /** The runs of late, this one among them. */
  readonly history: History;
  readonly reportsBucket: string;
}

/** A report as one file of HTML, which needs nothing else and runs no script: for a browser, a phone, an attachment. */
export function pageOf(report: Report, { history, reportsBucket }: PageContext): string {
  const { source, status } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${stateInWords(status, source.keys)}: ${source.bucket}, ${time(report.startedAt)}</title>
        <style>
          ${{ html: PAGE_STYLE }}
        </style>
      </head>
      <body>
        <header class="${status}">
          <p class="state"><span class="state-${status}">${stateInWords(status, source.keys)}</span></p>
          <h1>${headlineOf(report)}</h1>
          <p class="sub">${subtitle(report)}</p>
        </header>
        <main>
          ${problems(report)} ${matters(report)} ${destinations(report)} ${historyPicture(history)}
          ${keyLists(report, reportsBucket)} ${facts(report)}
        </main>
      </body>
    </html> `;
  return page.html;
}

function subtitle({ startedAt, seconds, request }: Report): string {
  const limits = [
    request.verifyOnly === true ? 'only compared, nothing repaired' : undefined,
    request.destination === undefined ? undefined : `only ${request.destination}`,
    request.prefix === undefined ? undefined : `only keys that begin with "${request.prefix}"`,
  ].filter((limit) => limit !== undefined);
  return [`${time(startedAt)}, in ${duration(seconds)}`, ...limits].join('; ');
}

function problems({ problems }: Report): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<section class="alert">
    <h2>What went wrong</h2>
    <ul>
      ${problems.map(
        (problem) =>
          html`<li>
            <pre>${problem}</pre>
            ${remedy(remedyOfProblem(problem))}
          </li>`,
      )}
    </ul>
  </section>`;
}

function remedy(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="remedy"><b>What to do:</b> ${text}</p>`;
}

/** What differs, in all destinations: the worst first. What is only worth knowing stands with its destination. */
function matters({ destinations }: Report): Html | undefined {
  const all = destinations
    .flatMap((destination) => mattersOf(destination).map((matter) => ({ ...matter, bucket: destination.bucket })))
    .filter(({ problem }) => problem);
  if (all.length === 0) return undefined;
  return html`<section class="alert">
    <h2>What differs, and what to do</h2>
    <ul>
      ${all.map(
        ({ bucket, count: number, what, reason, remedy: toDo }) =>
          html`<li>
            <p><b>${bucket}: ${count(number)}</b> ${what}</p>
            <p class="reason">${reason}</p>
            ${remedy(toDo)}
          </li>`,
      )}
    </ul>
  </section>`;
}

function destinations({ destinations }: Report): Html | undefined {
  if (destinations.length === 0) return undefined;
  const worstFirst = destinations.toSorted((one, other) => RANK[one.status] - RANK[other.status]);
  const only = destinations.length === 1;
  return html`<section>
    <h2>${only ? 'The destination' : `The ${destinations.length} destinations`}</h2>
    ${only ? undefined : destinationTable(worstFirst)}
    ${worstFirst.map((destination) => destinationBlock(destination, { open: only || destination.status !== 'equal' }))}
  </section>`;
}

const RANK = { failed: 0, differs: 1, equal: 2 } as const;

function keyLists(report: Report, reportsBucket: string): Html {
  const { run, keys } = report;
  const folder = `runs/${run}/`;
  const shown = keys.slice(0, MOST_LINKS).map((key) => (key.startsWith(folder) ? key.slice(folder.length) : key));
  const more = keys.length - shown.length;
  return html`<section>
    <h2>Lists of keys</h2>
    ${
      keys.length === 0
        ? html`<p>
            None were
            written${wasCompared(report) ? ': nothing was repaired, and nothing differs or is only in a destination' : ', as not all could be compared, or there was nothing to compare'}.
          </p>`
        : html`<p>
              What was repaired, failed, cannot be copied, or is only in a destination: one line of JSON for each key
              and destination. All of them, with the AWS CLI:
            </p>
            <pre class="command">aws s3 cp --recursive s3://${reportsBucket}/${folder}keys/ keys/</pre>
            <p>Links work where this page lies beside the folder <code>keys</code>:</p>
            <ul class="links">
              ${shown.map((key) => html`<li><a href="${encodeURI(key)}">${key}</a></li>`)}
            </ul>
            ${more > 0 ? html`<p>and ${count(more)} more.</p>` : undefined}`
    }
  </section>`;
}

function wasCompared({ status, source, destinations }: Report): boolean {
  return status !== 'failed' && source.keys > 0 && destinations.length > 0;
}

const MOST_LINKS = 20;

function facts(report: Report): Html {
  const { source, seconds, requests } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['Started by', TRIGGERS[report.trigger] + (report.pass > 1 ? `, pass ${report.pass}` : '')],
    ['Start', time(report.startedAt)],
    ['End', time(report.endedAt)],
    ['Duration, with waiting for copies', duration(seconds)],
    ['Source', `${count(source.keys)} objects, ${size(source.bytes)}`],
    ['Keys per second, of the whole run', count(Math.round(source.keys / Math.max(1, seconds)))],
    ['Pages listed', count(requests)],
    ['Price of these requests', `${dollars(requests * LIST_PRICES.listRequest)} (list price of us-east-1)`],
    ['Run', report.run],
  ];
  return html`<section>
    <h2>The run</h2>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <p class="sub">
      The same for programs: <code>${paths.report({ id: report.run })}</code>. How to read it: docs/RUNBOOK.md, "Reports
      of the reconcile".
    </p>
  </section>`;
}

const TRIGGERS: Readonly<Record<Report['trigger'], string>> = {
  schedule: 'the schedule',
  deploy: 'a deployment',
  hand: 'hand',
};
