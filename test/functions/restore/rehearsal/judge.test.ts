import { expect, it } from 'vitest';
import { newCandidates } from '../../../../functions/restore/rehearsal/choose.ts';
import type { Choosing } from '../../../../functions/restore/rehearsal/choosing.ts';
import { newComparing } from '../../../../functions/restore/rehearsal/comparing.ts';
import type { Comparing } from '../../../../functions/restore/rehearsal/comparing.ts';
import { judge } from '../../../../functions/restore/rehearsal/judge.ts';
import type { Shown } from '../../../../functions/restore/rehearsal/judge.ts';
import { reportOf } from '../../../../functions/restore/report/report.ts';
import { FROM, OWNER, requestFor } from '../../../support/restore-rig.ts';

function chosen(objects: number, keys: readonly string[]): Choosing {
  const candidates = { ...newCandidates(), seen: { objects, bytes: objects } };
  return { parts: [], candidates, startedAt: '', choice: { keys, bytes: keys.length } };
}

function report(planned = true) {
  return reportOf({
    run: {
      token: 't',
      execution: 'arn',
      startedAt: '2026-11-21T10:00:00.000Z',
      request: requestFor(),
      target: { bucket: FROM, region: 'eu-west-1', account: OWNER },
    },
    planned,
    restored: [],
    finished: [],
    failure: undefined,
    endedAt: '2026-11-21T10:01:00.000Z',
  });
}

function compared(counts: Partial<Comparing>): Comparing {
  return { ...newComparing(), ...counts };
}

const ALL: Shown = {
  choosing: chosen(3, ['a', 'b', 'c']),
  report: report(),
  comparing: compared({ equal: 3 }),
  failure: undefined,
};

it.each<[name: string, shown: Partial<Shown>, succeeded: boolean, cause: RegExp]>([
  ['all is equal', {}, true, /^3 objects came back as they should be$/],
  ['some are gone meanwhile', { comparing: compared({ equal: 2, gone: 1 }) }, true, /^2 objects/],
  ['one is wrong', { comparing: compared({ equal: 2, wrong: 1 }) }, false, /^1 object could not be restored, or/],
  ['all are gone meanwhile', { comparing: compared({ gone: 3 }) }, false, /was gone before/],
  ['nothing was compared', { comparing: undefined }, false, /^Nothing was compared/],
  ['the restore failed as a whole', { report: report(false) }, false, /^The restore failed: It was not planned/],
  ['the restore has no report', { report: undefined }, false, /^The restore has no report/],
  ['the destination holds nothing', { choosing: chosen(0, []) }, true, /holds nothing/],
  ['all is left out', { choosing: chosen(7, []) }, false, /^None of 7 objects can be rehearsed/],
  ['a step failed', { failure: { step: 'choose', cause: 'AccessDenied' } }, false, /"choose" failed: AccessDenied/],
  ['it was never chosen', { choosing: undefined }, false, /^The step "choose" failed/],
])('%s', (_, shown, succeeded, cause) => {
  const verdict = judge({ ...ALL, ...shown });
  expect(verdict).toMatchObject({ succeeded, cause: expect.stringMatching(cause) });
  expect(verdict.remedy === undefined).toBe(succeeded);
});
