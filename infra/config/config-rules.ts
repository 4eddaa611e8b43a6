import { topicName } from '../../shared/names.ts';
import { MADE_PREFIX } from '../../shared/runs/restore-target.ts';
import type { Replicator } from './replicator.ts';
import { hoursBetweenRuns } from './hours-between-runs.ts';
import { nameCollisions } from './name-collisions.ts';
import { REGIONS_ON_BY_DEFAULT } from './regions.ts';
import { retentionProblems } from './retention-rules.ts';
import { LONGEST_WATCH_HOURS } from './with-defaults.ts';
import type { Problem, Placed, PlacedSource, PlacedDestination } from './problem.ts';

/** What one field alone cannot show to be wrong. */
export function ruleProblems(
  replicators: readonly Pick<Replicator, 'source' | 'destinations' | 'canary' | 'reconcile' | 'alarms' | 'rehearsal'>[],
): Problem[] {
  const sources = replicators.map(({ source }, at) => ({ ...source, path: ['replicators', at, 'source'] }));
  const destinations = replicators.flatMap((replicator, at) =>
    replicator.destinations.map((destination, n) => ({
      ...destination,
      source: replicator.source,
      path: ['replicators', at, 'destinations', n],
    })),
  );
  return [
    ...repeated(sources, 'the source of another replicator, too; list all its destinations there'),
    ...repeated(destinations, 'a destination already; a bucket can be the destination of one source, once; remove one'),
    ...sources.flatMap(topicElsewhere),
    ...sources.flatMap(sourceKeyElsewhere),
    ...destinations.flatMap((destination) => loops(destination, sources)),
    ...destinations.flatMap(otherAccount),
    ...destinations.flatMap(keyElsewhere),
    ...destinations.flatMap(untestedRegions),
    ...destinations.flatMap(retentionProblems),
    ...destinations.flatMap(madeByRestore),
    ...[...sources, ...destinations].flatMap(accountRegionalName),
    ...replicators.flatMap(canariesAtOnce),
    ...replicators.flatMap(runsTooRare),
    ...replicators.flatMap(rehearsalsTooRare),
    ...nameCollisions({ sources, destinations }),
  ];
}

/** The role of restores may write to any bucket that is called so; a replica must be out of its reach. */
function madeByRestore({
  bucket,
  path,
}: {
  readonly bucket: string;
  readonly path: readonly (string | number)[];
}): Problem[] {
  if (!bucket.startsWith(MADE_PREFIX)) return [];
  return [
    {
      path: [...path, 'bucket'],
      message: `"${MADE_PREFIX}" is what the names of buckets begin with that restores make, and may write to; choose another name`,
    },
  ];
}

/** The next one would overwrite what is still on its way. */
function canariesAtOnce({ canary }: Pick<Replicator, 'canary'>, at: number): Problem[] {
  if (canary === false || canary.withinSeconds < canary.everyMinutes * 60) return [];
  const most = canary.everyMinutes * 60 - 1;
  return [
    {
      path: ['replicators', at, 'canary', 'everyMinutes'],
      message: `the next one would come before the ${canary.withinSeconds} s of withinSeconds are over; write at most ${most} there, or more minutes here`,
    },
  ];
}

/** An alarm that always speaks, or that can never be over, is worse than none. */
function runsTooRare({ reconcile, alarms: { runWithinHours } }: Pick<Replicator, 'reconcile' | 'alarms'>, at: number) {
  const hours = hoursBetweenRuns(reconcile.schedule);
  if (runWithinHours === false || hours === undefined || hours === Infinity || hours < runWithinHours) return [];
  const path = ['replicators', at, 'alarms', 'runWithinHours'];
  const least = Math.ceil(hours) + 2;
  const rare = `reconcile.schedule lets ${Math.ceil(hours)} hours pass from one run to the next`;
  if (least <= LONGEST_WATCH_HOURS)
    return [{ path, message: `${rare}, so that the alarm would speak without cause; write at least ${least}` }];
  return [
    {
      path,
      message: `${rare}, and CloudWatch looks back no further than ${LONGEST_WATCH_HOURS}; start a run every six days or more often, or write false: then no alarm, only npm run status, tells that runs have stopped`,
    },
  ];
}

function rehearsalsTooRare({ rehearsal }: Pick<Replicator, 'rehearsal'>, at: number): Problem[] {
  const hours = rehearsal === false ? undefined : hoursBetweenRuns(rehearsal.schedule);
  if (rehearsal === false || hours === undefined || hours === Infinity || hours / 24 < rehearsal.withinDays) return [];
  const rare = `rehearsal.schedule lets ${Math.ceil(hours / 24)} days pass from one to the next, so that the alarm would speak without cause; write more days`;
  return [{ path: ['replicators', at, 'rehearsal', 'withinDays'], message: rare }];
}

function repeated(places: readonly Placed[], message: string): Problem[] {
  return places
    .filter(({ bucket }, at) => places.findIndex((other) => other.bucket === bucket) < at)
    .map(({ path }) => ({ path: [...path, 'bucket'], message }));
}

function loops({ bucket, source, path }: PlacedDestination, sources: readonly PlacedSource[]): Problem[] {
  if (bucket === source.bucket) {
    return [{ path: [...path, 'bucket'], message: 'the source itself; write another bucket' }];
  }
  if (!sources.some((other) => other.bucket === bucket)) return [];
  return [{ path: [...path, 'bucket'], message: 'the source of another replicator: a loop; write another bucket' }];
}

function otherAccount({ account, source, path }: PlacedDestination): Problem[] {
  if (account === source.account) return [];
  const message = `not the account of the source (${source.account}), which is not supported yet; use a bucket of that account`;
  return [{ path: [...path, 'account'], message }];
}

/** S3 publishes to a topic of the bucket's Region only, and a bucket that is created feeds no topic yet. */
function topicElsewhere({ bucket, topicArn, region, account, existing, path }: PlacedSource): Problem[] {
  if (topicArn === undefined) return [];
  const at = [...path, 'topicArn'];
  const [, , , topicRegion, topicAccount] = topicArn.split(':');
  if (topicRegion !== region)
    return [
      {
        path: at,
        message: `a topic of another Region than the bucket's, which S3 cannot feed; write one in ${region}`,
      },
    ];
  if (topicAccount !== account) {
    return [{ path: at, message: `a topic of another account, which is not supported yet; write one of ${account}` }];
  }
  if (topicArn.endsWith(`:${topicName(bucket)}`))
    // Its stack would delete it in the moment that it is said to be somebody else's.
    return [{ path: at, message: 'the topic that the stack of this source makes; leave it out' }];
  if (existing) return [];
  return [
    {
      path: at,
      message: 'a topic that feeds on a bucket which is yet to be created; write existing: true, or leave it out',
    },
  ];
}

function sourceKeyElsewhere({ kmsKeyArns = [], region, path }: PlacedSource): Problem[] {
  return kmsKeyArns.flatMap((arn, at) =>
    arn.split(':')[3] === region ? [] : [{ path: [...path, 'kmsKeyArns', at], message: keyRemedy(region) }],
  );
}

function keyRemedy(region: string): string {
  return `the key must be in the Region of the bucket; write the ARN of a key in ${region}`;
}

function keyElsewhere({ encryption, region, path }: PlacedDestination): Problem[] {
  if (typeof encryption !== 'object' || encryption.kmsKeyArn.split(':')[3] === region) return [];
  return [{ path: [...path, 'encryption', 'kmsKeyArn'], message: keyRemedy(region) }];
}

/**
 * To and from a Region that an account must opt into, SNS delivers only with a principal of that Region. It refuses
 * silently with another one.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
 */
function untestedRegions({ region, source, path }: PlacedDestination): Problem[] {
  if (region === source.region || [region, source.region].every((name) => REGIONS_ON_BY_DEFAULT.has(name))) return [];
  const optIn = REGIONS_ON_BY_DEFAULT.has(region) ? source.region : region;
  const message =
    `from ${source.region} to ${region} is not supported yet, as ${optIn} is not a Region that every account has; ` +
    'use two that it has, such as us-east-1 and eu-west-1, or one Region for both buckets';
  return [{ path: [...path, 'region'], message }];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html */
function accountRegionalName({ bucket, existing, path }: Placed): Problem[] {
  if (existing || !bucket.endsWith('-an')) return [];
  const message =
    'a name that ends with -an belongs to an account regional namespace, where buckets are not created from here; ' +
    'create it and write existing: true, or use another name';
  return [{ path: [...path, 'bucket'], message }];
}
