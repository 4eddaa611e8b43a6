import { describe, expect, it } from 'vitest';
import { notJudged, reportOf } from '../../../../functions/reconcile/report/report-of.ts';
import type { Remains } from '../../../../functions/reconcile/report/report-of.ts';
import { UNSENT } from '../../../../functions/reconcile/nomination.ts';
import { newRun } from '../../../../functions/reconcile/run.ts';
import { newShare, summaryOf } from '../../../../functions/reconcile/share.ts';
import { newSweepTally, newVerifyTally } from '../../../../functions/reconcile/tally.ts';

const START = '2026-11-21T01:00:00.000Z';
const plan = {
  destinations: [{ bucket: 'photos-eu', region: 'eu-west-1', account: '111122223333', inboxArn: 'arn' }],
  problems: [],
  shares: 1,
  sampleEvery: 10_000,
  youngFrom: START,
  listings: 128,
};
const nomination = { startedAt: START, withheld: {}, sent: [0], share: 1, range: 0, chunk: 0, toVerify: 0 };
const { toVerify: _, ...halfWay } = nomination;
const tally = { ...newSweepTally(), compared: 3, equal: 3 };
const swept = {
  ...summaryOf(newShare([], [tally, tally])),
  source: { keys: 3, bytes: 9 },
  startedAt: START,
};
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
const unfinished = summaryOf(newShare([{ range: {}, differences: [] }], []));

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
    const verified = [summaryOf(newShare([], [{ ...newVerifyTally(), appeared: 1, ...verify }]))];
    const [destination] = reportOf({ ...whole, nomination: { ...nomination, toVerify: 1 }, verified }).destinations;
    expect(destination?.status).toBe('differs');
    expect(destination).not.toHaveProperty('provedEqualAsOf');
  });

  it('proves equality as of the beginning of the oldest listing, in spite of what is on its way, and of what cannot be copied', () => {
    const verified = [
      summaryOf(newShare([], [{ ...newVerifyTally(), appeared: 3, young: 2, cannot: { archived: 1 } }])),
    ];
    const report = reportOf({ ...whole, nomination: { ...nomination, toVerify: 1 }, verified });
    expect(report).toMatchObject({
      status: 'equal',
      destinations: [{ young: 2, provedEqualAsOf: START, cannot: { archived: 1 } }],
    });
  });

  it('proves nothing while something changed again before it is known to have been equal', () => {
    const verified = [summaryOf(newShare([], [{ ...newVerifyTally(), appeared: 2, young: 2, unproved: 1 }]))];
    const [destination] = reportOf({ ...whole, nomination: { ...nomination, toVerify: 1 }, verified }).destinations;
    expect(destination?.status).toBe('equal');
    expect(destination).not.toHaveProperty('provedEqualAsOf');
  });

  it.each(['old', 'mixed', 'new'])('never calls shares wrong that the version before listed: %s ones', (form) => {
    const { compared: _c, ...oldSweep } = { ...tally, young: 1 };
    const { appeared: _a, youngRepaired: _r, youngSame: _s, notDrift: _n, ...oldVerify } = newVerifyTally();
    const old = { ...swept, tallies: [{ ...oldSweep, equal: 2 }] };
    const shares = { old: [old, old], mixed: [old, swept], new: [swept, swept] }[form] ?? [];
    const verified = [summaryOf(newShare([], [form === 'new' ? newVerifyTally() : oldVerify]))];
    const both = { ...whole, plan: { ...plan, shares: 2 }, nomination: { ...nomination, toVerify: 1 }, verified };
    const report = reportOf({ ...both, swept: shares });
    expect(report).toMatchObject({ status: 'equal', problems: [], destinations: [{ compared: 6 }] });
    expect(report.destinations[0]).toHaveProperty('provedEqualAsOf');
    expect(notJudged({ ...both, swept: shares })).toEqual(form === 'new' ? [] : ['photos-eu']);
  });

  it('calls nothing "not listed again" that the version before has listed again', () => {
    const { compared: _c, ...oldSweep } = { ...tally, young: 1, equal: 2 };
    const remains = { swept: [{ ...swept, tallies: [oldSweep] }], failure: { step: 'settle', cause: 'no role' } };
    const report = reportOf({ ...whole, ...remains });
    expect(report.problems).toEqual(['The step "settle" failed: no role']);
    expect(report.destinations[0]).not.toHaveProperty('notListedAgain');
  });

  it.each([
    {
      case: 'could not be listed',
      remains: { swept: [{ ...swept, trouble: { 0: { count: 3, why: 'status 503', after: 0 } } }] },
      problem: '"photos-eu" could not be listed to its end: status 503',
    },
    {
      case: 'takes no messages',
      remains: { nomination: { ...nomination, withheld: { 'photos-eu': `${UNSENT}: denied` } } },
      problem: `Nothing could be sent to "photos-eu": ${UNSENT}: denied`,
    },
  ])('fails for the one destination that $case', ({ remains, problem }) => {
    const two = {
      ...plan,
      destinations: [...plan.destinations, { bucket: 'b', region: 'r', account: 'a', inboxArn: 'i' }],
    };
    const report = reportOf({ ...whole, plan: two, ...remains });
    expect(report.problems).toEqual([problem]);
    expect(report.destinations.map(({ status }) => status)).toEqual(['failed', 'equal']);
    expect(report.status).toBe('failed');
  });
});
