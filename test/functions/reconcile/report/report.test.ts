import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../../functions/reconcile/report/report.ts';
import type { Remains } from '../../../../functions/reconcile/report/report.ts';
import { newRun } from '../../../../functions/reconcile/run.ts';
import { newShare } from '../../../../functions/reconcile/share.ts';
import { newSweepTally, newVerifyTally } from '../../../../functions/reconcile/tally.ts';

const START = '2026-11-21T01:00:00.000Z';
const plan = {
  destinations: [{ bucket: 'photos-eu', region: 'eu-west-1', account: '111122223333', inboxArn: 'arn' }],
  problems: [],
  shares: 1,
  sampleEvery: 10_000,
  youngFrom: START,
};
const nomination = { startedAt: START, withheld: {}, sent: [0], share: 1, range: 0, chunk: 0, toVerify: 0 };
const { toVerify: _, ...halfWay } = nomination;
const swept = { ...newShare([], [{ ...newSweepTally(), equal: 3 }]), source: { keys: 3, bytes: 9 }, startedAt: START };
const whole: Remains = {
  run: newRun({ execution: 'arn', startedAt: START, pass: 1, request: { trigger: 'schedule' } }),
  source: { bucket: 'photos' },
  plan,
  swept: [swept],
  nomination,
  settling: {},
  verified: [],
  failure: undefined,
  endedAt: '2026-11-21T01:00:07.000Z',
};
const unfinished = newShare([{ range: {}, differences: [] }], []);

describe('reportOf', () => {
  it('says equal of what was compared to the end and is equal', () => {
    expect(reportOf(whole)).toMatchObject({
      status: 'equal',
      problems: [],
      seconds: 7,
      destinations: [{ equal: 3, provedEqualAsOf: START }],
    });
  });

  it.each([
    { case: 'nothing was planned', remains: { plan: undefined }, problem: /has no plan/ },
    { case: 'nothing was nominated', remains: { nomination: undefined }, problem: /was not sent to the destinations/ },
    {
      case: 'the nomination stopped half-way',
      remains: { nomination: halfWay },
      problem: /was not sent/,
    },
    {
      case: 'a share was not swept',
      remains: { swept: [undefined] },
      problem: /1 of 1 shares of the keys were not listed to their end/,
    },
    {
      case: 'a share was swept in part',
      remains: { swept: [{ ...swept, ...unfinished }] },
      problem: /not listed to their end/,
    },
    {
      case: 'a share was not verified',
      remains: { nomination: { ...nomination, toVerify: 2 } },
      problem: /2 of 2 shares of the keys were not listed again/,
    },
    {
      case: 'a share was verified in part',
      remains: {
        nomination: { ...nomination, toVerify: 1 },
        verified: [{ ...unfinished, tallies: [newVerifyTally()], failure: 'status 503' }],
      },
      problem: /1 of 1 shares of the keys were not listed again to their end: status 503/,
    },
    {
      case: 'a step failed',
      remains: { failure: { step: 'settle', cause: 'no role' } },
      problem: /The step "settle" failed: no role/,
    },
    {
      case: 'a subscription is in doubt',
      remains: { plan: { ...plan, problems: ['not confirmed'] } },
      problem: /not confirmed/,
    },
  ])('never says equal if $case', ({ remains, problem }) => {
    // As it comes out of files.
    const read: Partial<Remains> = remains;
    const report = reportOf({ ...whole, ...read });
    expect(report.status).toBe('failed');
    expect(report.problems.join()).toMatch(problem);
  });

  it.each([
    { case: 'something failed', verify: { failed: { denied: 1 } } },
    { case: 'something is under way', verify: { underWay: { 'it waits in the inbox': 1 } } },
  ])('says differs, and proves nothing, if $case', ({ verify }) => {
    const verified = [newShare([], [{ ...newVerifyTally(), ...verify }])];
    const [destination] = reportOf({ ...whole, nomination: { ...nomination, toVerify: 1 }, verified }).destinations;
    expect(destination?.status).toBe('differs');
    expect(destination).not.toHaveProperty('provedEqualAsOf');
  });

  it('proves equality only as of the oldest change that is still on its way, and in spite of what cannot be copied', () => {
    const oldestYoung = '2026-11-21T00:58:00.000Z';
    const verified = [newShare([], [{ ...newVerifyTally(), young: 2, oldestYoung, cannot: { archived: 1 } }])];
    const report = reportOf({ ...whole, nomination: { ...nomination, toVerify: 1 }, verified });
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [{ provedEqualAsOf: oldestYoung, cannot: { archived: 1 } }],
    });
  });
});
