import { expect, it } from 'vitest';
import { startRehearsals, tellAges, tokenOf } from '../../../../functions/restore/rehearsal/schedule.ts';
import { FROM, OWNER, START } from '../../../support/restore-rig.ts';
import { rehearsalRig, runRehearsal } from '../../../support/rehearsal-rig.ts';

const DAY = 86_400_000;
const destination = (bucket: string) => ({ bucket, region: 'eu-west-1', account: OWNER, inboxArn: '' });

it('starts one for each destination that is subscribed, by a token of the hour', async () => {
  const rig = rehearsalRig();
  const world = {
    ...rig.world(),
    destinations: async () => ({ destinations: ['a.b', 'c'].map(destination), problems: [] }),
  };
  await startRehearsals(world);
  rig.clock.now += 10 * 60_000;
  await startRehearsals(world);
  const tokens = ['a.b', 'c'].map((bucket) => tokenOf(bucket, new Date(START)));
  expect(tokens[0]).toMatch(/^rehearsal-20261121T10-[0-9a-f]{8}$/);
  expect(rig.started.map(({ token }) => token)).toEqual([...tokens, ...tokens]);
  expect(rig.started[0]?.from).toEqual({ bucket: 'a.b', region: 'eu-west-1', account: OWNER });
});

it('starts the others where one cannot be started, and says which', async () => {
  const rig = rehearsalRig();
  const world = {
    ...rig.world(),
    destinations: async () => ({ destinations: ['a', 'b', 'c'].map(destination), problems: [] }),
    async start({ from }: { readonly from: { readonly bucket: string } }) {
      if (from.bucket === 'b') throw new Error('Throttled');
      started.push(from.bucket);
    },
  };
  const started: string[] = [];
  await expect(startRehearsals(world)).rejects.toThrow('b: Throttled');
  expect(started).toEqual(['a', 'c']);
});

it('tells the days since the last good one, and before the first since the destination was seen', async () => {
  const rig = rehearsalRig();
  const told = async (days: number) => {
    rig.clock.now = START + days * DAY;
    await tellAges(rig.world());
    return rig.metrics.at(-1);
  };
  expect(await told(0)).toEqual({ destination: FROM, metrics: { RehearsalAge: 0 } });
  expect(await told(3)).toEqual({ destination: FROM, metrics: { RehearsalAge: 3 } });
  rig.clock.now = START + 4 * DAY;
  await runRehearsal(rig);
  expect(rig.metrics.at(-1)).toMatchObject({ metrics: { RehearsalAge: 0, RehearsalSucceeded: 1 } });
  expect(await told(40)).toEqual({ destination: FROM, metrics: { RehearsalAge: 36 } });
});
