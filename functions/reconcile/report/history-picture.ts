import { stateInWords } from './destination-block.ts';
import type { History, PastRun } from './history.ts';
import { html } from '../../../shared/report/html.ts';
import type { Html } from '../../../shared/report/html.ts';
import { count, duration, objects, time } from '../../../shared/report/in-words.ts';
import { linearScale, logScale } from './scale.ts';
import type { Scale } from './scale.ts';

/** The runs of late: what they found, repaired and left, how long they took, what they compared. A picture, and the same as a table. */
export function historyPicture(history: History): Html | undefined {
  if (history.length === 0) return undefined;
  const runs = history.map(drawn);
  const slot = WIDTH / Math.max(history.length, FEWEST_SLOTS);
  const panels: readonly Panel[] = [
    {
      title: 'Differences, all destinations (each line: ten times as many)',
      top: 16,
      height: 104,
      ...differences(runs),
    },
    { title: 'Duration', top: 146, height: 48, ...durations(runs) },
    { title: 'Objects compared', top: 220, height: 48, ...keys(runs) },
  ];
  return html`<section class="picture">
    <h2>The last ${runs.length === 1 ? 'run' : `${runs.length} runs`}</h2>
    ${legend()}
    <svg
      viewBox="0 0 ${LEFT + WIDTH + RIGHT} ${HEIGHT}"
      role="img"
      aria-label="The runs of late; the same as a table below"
    >
      <defs>
        <pattern id="stripes" width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line class="stripe" x1="0" y1="0" x2="0" y2="3" />
        </pattern>
      </defs>
      ${runs.map(({ status }, at) => (status === 'failed' ? failedBand(at, slot) : html``))}
      ${panels.map((panel) => drawPanel(panel, slot))}
      ${runs.map(({ status }, at) => sign(status, { x: LEFT + slot * (at + 0.5), y: SIGNS }))} ${dates(runs, slot)}
      ${runs.map(({ title }, at) => hit(title, { at, slot }))}
    </svg>
    ${asTable(runs)}
  </section>`;
}

const LEFT = 40;
const RIGHT = 14;
const WIDTH = 346;
const SIGNS = 284;
const DATES = 302;
const HEIGHT = 306;
/** A single run is no bar as broad as the page. */
const FEWEST_SLOTS = 10;
const WIDEST_BAR = 12;

interface Drawn extends PastRun {
  readonly found: number;
  readonly repaired: number;
  readonly left: number;
  readonly title: string;
}

function drawn(run: PastRun): Drawn {
  const sum = (what: 'found' | 'repaired' | 'left') =>
    run.destinations.reduce((all, destination) => all + destination[what], 0);
  const [found, repaired, left] = [sum('found'), sum('repaired'), sum('left')];
  const each = run.destinations.map(
    (one) => `${one.bucket}: ${count(one.found)} found, ${count(one.repaired)} repaired, ${count(one.left)} left`,
  );
  const title = [
    `${time(run.startedAt)}: ${stateInWords(run.status, run.keys)}`,
    `${objects(run.keys)} in ${duration(run.seconds)}`,
    ...each,
  ].join('\n');
  return { ...run, found, repaired, left, title };
}

interface Panel {
  readonly title: string;
  readonly top: number;
  readonly height: number;
  readonly scale: Scale;
  /** For each run its bars, side by side. */
  readonly bars: readonly (readonly { readonly kind: string; readonly value: number }[])[];
}

function differences(runs: readonly Drawn[]): Pick<Panel, 'scale' | 'bars'> {
  const kinds = ['found', 'repaired', 'left'] as const;
  const most = Math.max(...runs.flatMap((run) => kinds.map((kind) => run[kind])));
  return { scale: logScale(most), bars: runs.map((run) => kinds.map((kind) => ({ kind, value: run[kind] }))) };
}

function durations(runs: readonly Drawn[]): Pick<Panel, 'scale' | 'bars'> {
  const most = Math.max(...runs.map(({ seconds }) => seconds));
  const [unit, name] = most < 120 ? [1, 's'] : most < 7200 ? [60, 'min'] : [3600, 'h'];
  const scale = linearScale(most / unit, (value) => `${count(value)} ${name}`);
  return { scale, bars: runs.map(({ seconds }) => [{ kind: 'bar', value: seconds / unit }]) };
}

function keys(runs: readonly Drawn[]): Pick<Panel, 'scale' | 'bars'> {
  const scale = linearScale(Math.max(...runs.map((run) => run.keys)));
  return { scale, bars: runs.map((run) => [{ kind: 'bar', value: run.keys }]) };
}

function drawPanel({ title, top, height, scale, bars }: Panel, slot: number): Html {
  const y = (value: number) => round(top + height * (1 - scale.place(value)));
  const lines = scale.ticks.map(
    ({ value, label }) =>
      html`<line class="grid" x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y(value)}" y2="${y(value)}" />
        <text x="${LEFT - 4}" y="${y(value) + 3}" text-anchor="end">${label}</text>`,
  );
  const rects = bars.flatMap((ofRun, at) => {
    const width = Math.min(WIDEST_BAR, (slot * 0.84) / ofRun.length);
    const first = LEFT + slot * (at + 0.5) - (width * ofRun.length) / 2;
    return ofRun
      .map(({ kind, value }, nth) => ({ kind, value, x: round(first + nth * width) }))
      .filter(({ value }) => value > 0)
      .map(
        ({ kind, value, x }) =>
          html`<rect
            class="${kind}"
            x="${x}"
            y="${y(value)}"
            width="${round(width * 0.9)}"
            height="${round(top + height - y(value))}"
          />`,
      );
  });
  return html`<text class="title" x="${LEFT}" y="${top - 6}">${title}</text>${lines}${rects}`;
}

function failedBand(at: number, slot: number): Html {
  return html`<rect class="bad" x="${round(LEFT + slot * at)}" y="16" width="${round(slot)}" height="${SIGNS - 8}" />`;
}

/** A hook, a diamond or a cross. */
function sign(status: PastRun['status'], { x, y }: { readonly x: number; readonly y: number }): Html {
  const path = {
    equal: 'm-3.2 0 2.2 2.6 4-5',
    differs: 'm0-3.6 3.6 3.6-3.6 3.6-3.6-3.6z',
    failed: 'm-3-3 6 6m0-6-6 6',
  };
  return html`<path class="sign ${status}" d="M${round(x)} ${y}${path[status]}" />`;
}

function dates(runs: readonly Drawn[], slot: number): readonly Html[] {
  const every = Math.max(1, Math.ceil(DATE_WIDTH / slot));
  return runs.flatMap(({ startedAt }, at) =>
    // Counted from the newest, which is what people look at.
    (runs.length - 1 - at) % every === 0
      ? html`<text x="${round(LEFT + slot * (at + 0.5))}" y="${DATES}" text-anchor="middle"
          >${startedAt.slice(5, 10)}</text
        >`
      : [],
  );
}

const DATE_WIDTH = 34;

function hit(title: string, { at, slot }: { readonly at: number; readonly slot: number }): Html {
  return html`<g
    ><title>${title}</title
    ><rect class="hit" x="${round(LEFT + slot * at)}" y="10" width="${round(slot)}" height="${HEIGHT - 12}"
  /></g>`;
}

function legend(): Html {
  const swatch = (kind: string) =>
    html`<svg viewBox="0 0 14 14" aria-hidden="true"><rect class="${kind}" x="2" y="1" width="10" height="12" /></svg>`;
  const mark = (status: PastRun['status']) =>
    html`<svg viewBox="0 0 14 14" aria-hidden="true">${sign(status, { x: 7, y: 7 })}</svg>`;
  const entries: readonly (readonly [Html, string])[] = [
    [swatch('found'), 'found'],
    [swatch('repaired'), 'repaired'],
    [swatch('left'), 'left (striped)'],
    [mark('equal'), 'equal'],
    [mark('differs'), 'differs'],
    [mark('failed'), 'failed (shaded)'],
  ];
  return html`<ul class="legend">
    ${entries.map(([picture, text]) => html`<li>${picture} ${text}</li>`)}
  </ul>`;
}

function asTable(runs: readonly Drawn[]): Html {
  return html`<details>
    <summary class="sub">The same as a table</summary>
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th>Start</th>
            <th>State</th>
            <th class="number">Found</th>
            <th class="number">Repaired</th>
            <th class="number">Left</th>
            <th class="number">Objects</th>
            <th class="number">Duration</th>
          </tr>
        </thead>
        <tbody>
          ${runs.toReversed().map(
            (run) =>
              html`<tr>
                <td>${time(run.startedAt)}</td>
                <td><span class="state-${run.status}">${stateInWords(run.status, run.keys)}</span></td>
                <td class="number" data-name="Found">${count(run.found)}</td>
                <td class="number" data-name="Repaired">${count(run.repaired)}</td>
                <td class="number" data-name="Left">${count(run.left)}</td>
                <td class="number" data-name="Objects">${count(run.keys)}</td>
                <td class="number" data-name="Duration">${duration(run.seconds)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
