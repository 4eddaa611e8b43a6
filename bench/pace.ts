import Table from 'cli-table3';
import { reach, SERVICES } from '../test/support/throttled-clients.ts';
import { median, percent, target } from './report.ts';

const SEEDS = [1, 2, 3, 4, 5];

/** Copies under throttling of every kind, beside a client with the SDK's standard retries, in virtual time: what is measured is the pace, not the machine. */
export function pacePart(): Promise<boolean> {
  const table = new Table({
    head: ['', 'a second', '503', 'SDK', 'lost by it', 'ratio', 'worst'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  const ratios = SERVICES.map(({ name, service, clients, atLeast }) => {
    const rounds = SEEDS.map((seed) => ({
      ours: reach('paced', service, { ...clients, seed }),
      sdk: reach('standard retries', service, { ...clients, seed }),
    }));
    const of = (what: (round: (typeof rounds)[number]) => number) => median(rounds.map((round) => what(round)));
    const ratio = of(({ ours, sdk }) => ours.rate / sdk.rate);
    const worst = Math.min(...rounds.map(({ ours, sdk }) => ours.rate / sdk.rate));
    const cells = [
      of(({ ours }) => ours.rate).toFixed(0),
      percent(of(({ ours }) => ours.refused)),
      of(({ sdk }) => sdk.rate).toFixed(0),
      String(of(({ sdk }) => sdk.lost)),
    ];
    table.push([name, ...cells, ratio.toFixed(3), worst.toFixed(3)]);
    return { name, ratio, atLeast, lost: rounds.some(({ ours }) => ours.lost > 0) };
  });
  console.log(table.toString());
  const checks = [
    ...ratios.map(({ name, ratio, atLeast }) =>
      target(`${name}: ${ratio.toFixed(3)}`, `≥ ${atLeast}`, ratio >= atLeast),
    ),
    target(
      'objects lost',
      'none',
      ratios.every(({ lost }) => !lost),
    ),
  ];
  return Promise.resolve(!checks.includes(false));
}
