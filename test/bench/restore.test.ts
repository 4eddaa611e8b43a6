import { expect, test } from 'vitest';
import { planned, planner, RESTORE_TARGETS, versioned } from '../../bench/restore.ts';

/** The short form of `npm run bench -- restore`; only CPU time is compared, of each the least of some rounds by turns. */
test('plans a restore with a part of the CPU time that it takes with the reader of the SDK; the plan is exact', async () => {
  const bucket = await versioned(50_000);
  const process = planner();
  try {
    const least = { scanner: Infinity, sdk: Infinity };
    // The first rounds have it compiled.
    const isMet = () => least.scanner / least.sdk < RESTORE_TARGETS.sdk * 1.3;
    // On a busy machine a quiet moment takes more rounds to come.
    for (let round = 0; round < 6 || (round < 40 && !isMet()); round++)
      for (const reader of ['scanner', 'sdk'] as const) {
        const { cpu } = await planned(process, bucket, { reader, ledger: false });
        if (round >= 3) least[reader] = Math.min(least[reader], cpu);
      }
    expect(least.scanner / least.sdk).toBeLessThan(RESTORE_TARGETS.sdk * 1.3);
  } finally {
    process.kill();
    bucket.process.kill();
  }
});
