import { html } from '../../../shared/report/html.ts';
import type { Html } from '../../../shared/report/html.ts';
import { count, dollars, duration, time } from '../../../shared/report/in-words.ts';
import { PAGE_STYLE } from '../../../shared/report/page-style.ts';
import { paths } from '../run.ts';
import { headlineOf, rowsOf } from './headline.ts';
import type { Report } from './report.ts';
import type { Status } from './status.ts';

/** The colours of the style, which knows the states of the reconcile. */
const LOOKS: Readonly<Record<Status, 'equal' | 'differs' | 'failed'>> = {
  COMPLETED: 'equal',
  PARTIAL: 'differs',
  FAILED: 'failed',
  EXPIRED: 'failed',
};

/** A report as one file of HTML, which needs nothing else and runs no script. */
export function pageOf(report: Report, reportsBucket: string): string {
  const { status, from, startedAt, seconds, dryRun } = report;
  const look = LOOKS[status];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${status}: restore from ${from}, ${time(startedAt)}</title>
        <style>
          ${{ html: PAGE_STYLE }}
        </style>
      </head>
      <body>
        <header class="${look}">
          <p class="state">
            <span class="state-${look}">${status}</span>${dryRun ? ', a dry run: nothing was changed' : ''}
          </p>
          <h1>${headlineOf(report)}</h1>
          <p class="sub">${time(startedAt)}, in ${duration(seconds)}</p>
        </header>
        <main>${wrong(report)} ${counts(report)} ${keyLists(report, reportsBucket)} ${facts(report)}</main>
      </body>
    </html> `;
  return page.html;
}

function wrong({ status, cause, remedy, problems, examples }: Report): Html | undefined {
  if (status === 'COMPLETED') return undefined;
  return html`<section class="alert">
    <h2>What went wrong</h2>
    <p>${cause}.</p>
    ${remedy === undefined ? undefined : html`<p class="remedy"><b>What to do:</b> ${remedy}.</p>`}
    <ul>
      ${problems.map((problem) => html`<li><pre>${problem}</pre></li>`)}
      ${examples.map(
        ({ key, reason }) =>
          html`<li>
            <p><b>${key}</b></p>
            <p class="reason">${reason}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}

function counts(report: Report): Html {
  return html`<section>
    <h2>The keys</h2>
    ${list(rowsOf(report))}
  </section>`;
}

function list(rows: readonly (readonly [string, string])[]): Html {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function keyLists({ token, keys }: Report, reportsBucket: string): Html | undefined {
  if (keys.length === 0) return undefined;
  return html`<section>
    <h2>All keys</h2>
    <p>One line of JSON for each, with the version, and since when the source held it. With the AWS CLI:</p>
    <pre class="command">aws s3 cp --recursive s3://${reportsBucket}/${paths.keys({ token })}/ keys/</pre>
  </section>`;
}

function facts(report: Report): Html {
  const { request, from, to, token, startedAt, endedAt, seconds, requests } = report;
  return html`<section>
    <h2>The run</h2>
    ${list([
      ['From', from],
      ['To', to],
      ['What', whatOf(report)],
      ['Which state', whichOf(report)],
      ['Objects that are there', request.existing === 'skip' ? 'are left as they are' : 'are replaced, unless newer'],
      ['Start', time(startedAt)],
      ['End', time(endedAt)],
      ['Duration', duration(seconds)],
      ['Requests', `${count(requests.reads)} to read, ${count(requests.copies)} to copy`],
      ['Their price', `${dollars(report.dollars)} (list price of us-east-1)`],
      ['Token', token],
    ])}
    <p class="sub">The same for programs: <code>${paths.report({ token })}</code>.</p>
  </section>`;
}

function whatOf({ request: { select } }: Report): string {
  if ('key' in select) return select.key;
  if ('keyFiles' in select) return 'keys of a file';
  return select.prefix === undefined ? 'all keys' : `keys that begin with "${select.prefix}"`;
}

function whichOf({ request: { at, version, undelete } }: Report): string {
  const state = version === undefined ? (at === undefined ? 'as the destination holds it' : `of ${time(at)}`) : version;
  return undelete ? `${state}; what had been removed, too` : state;
}
