import { setTimeout } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { parseArn } from '../../shared/topic/arn.ts';
import { assumedRole } from '../../shared/topic/assumed-role.ts';
import type { CopyWorld } from '../../shared/copy/copy-world.ts';
import { heedSlowDown } from '../../shared/copy/heed-slow-down.ts';
import { dynamoHistory } from '../../shared/ledger/dynamo-history.ts';
import { ledgerTableName, versionsTableName } from '../../shared/names.ts';
import { UNLIMITED } from '../../shared/copy/pace-rate.ts';
import { createPace } from '../../shared/copy/pace.ts';
import { s3Bucket, s3Client, s3DestinationBucket } from '../../shared/s3/s3-bucket.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { S3_LIMITS } from '../../shared/objects/s3-limits.ts';
import { s3ListedBucket, s3ListingClient } from '../../shared/s3/s3-listing.ts';
import { s3NewBuckets } from '../../shared/s3/s3-new-bucket.ts';
import { underPrefix } from '../../shared/s3/s3-prefix.ts';
import { s3Thaw } from '../../shared/s3/s3-thaw.ts';
import { s3VersionListing, s3VersionListingClient } from '../../shared/s3/s3-version-listing.ts';
import { isDestination } from './is-destination.ts';
import { bucketPolicy, LEDGER_POLICY, lookPolicy, sessionPolicy } from './session-policy.ts';
import type { Place } from './request.ts';
import { settingsFrom } from './settings.ts';
import type { Settings } from './settings.ts';
import { rehearsing } from './rehearsal/aws-rehearsing.ts';
import type { RehearsalWorld } from './rehearsal/world.ts';
import { restorerOf } from './restorer.ts';
import type { Opened, Targets, World } from './world.ts';

/** Everything around a step, through the AWS SDK. */
export function awsWorld(
  environment: NodeJS.ProcessEnv,
  context: Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'>,
): RehearsalWorld {
  const settings = settingsFrom(environment);
  const { region, endpoint, reportsBucket, reportsTopicArn, account } = settings;
  const partition = parseArn(context.invokedFunctionArn)?.partition ?? 'aws';
  const remaining = () => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(1, remaining() - RESERVE_MS));
  const basis = {
    sleep: (pause: number) => setTimeout(pause, undefined, { signal }),
    now: Date.now,
    random: Math.random,
  };
  return {
    ...basis,
    files: s3Files({
      name: reportsBucket,
      owner: account,
      client: s3Client(region, { attempts: ATTEMPTS, sockets: 16, endpoint }),
      signal,
    }),
    open: (run) => opened(settings, run, { ...basis, partition, signal, timeLeft: () => remaining() - RESERVE_MS }),
    targets: (from) => targets(settings, { from, partition, signal }),
    async tell(subject, text) {
      if (reportsTopicArn === undefined) return;
      await new SNSClient({ region }).send(
        new PublishCommand({ TopicArn: reportsTopicArn, Subject: subject, Message: text }),
      );
    },
    log: {
      info: (message, about) => logger.info(message, { ...about }),
      warn: (message, about) => logger.warn(message, { ...about }),
      error: (message, about) => logger.error(message, { ...about }),
    },
    remaining,
    settings,
    ...rehearsing(settings, { partition, signal }),
  };
}

const logger = new Logger({ serviceName: 'restore' });
const ATTEMPTS = 6;
const RESERVE_MS = 10_000;
/** For each of three clients: Lambda allows 1,024 open files. */
const SOCKETS = 256;

type Basis = Pick<CopyWorld, 'sleep' | 'now' | 'random'>;
interface Around {
  readonly partition: string;
  readonly signal: AbortSignal;
}

function opened(
  settings: Settings,
  { request, target, token }: Parameters<World['open']>[0],
  { signal, timeLeft, partition, ...basis }: Basis & Around & { readonly timeLeft: () => number },
): Opened {
  const { endpoint, region } = settings;
  const { from } = request;
  const credentials = assumedRole(restorerOf(from, partition), {
    region,
    sessionName: `restore-${token}`,
    policy: sessionPolicy(partition, { from, to: target }),
  });
  const client = (where: string, attempts: number) =>
    s3Client(where, { attempts, sockets: SOCKETS, endpoint, credentials, asTheyAre: true });
  const targetClient = (attempts: number) => underPrefix(client(target.region, attempts), request.to.prefix);
  const source = { name: from.bucket, owner: from.account, client: client(from.region, ATTEMPTS), signal };
  const destination = { name: target.bucket, owner: target.account, client: targetClient(ATTEMPTS), signal };
  const commitClient = targetClient(1);
  const ledgerReader = assumedRole(restorerOf(from, partition), {
    region,
    sessionName: `restore-${token}`,
    policy: LEDGER_POLICY,
  });
  const listed = { reader: settings.reader, attempts: ATTEMPTS, sockets: 64, endpoint, credentials };
  const pace = createPace(
    { state: UNLIMITED },
    { sleep: basis.sleep, now: () => performance.now(), wallClock: Date.now },
  );
  return {
    listing: s3VersionListing({ ...source, client: s3VersionListingClient(from.region, listed) }),
    levels: s3ListedBucket({
      name: from.bucket,
      owner: from.account,
      client: s3ListingClient(from.region, listed),
      signal,
    }),
    history: dynamoHistory(
      { ledger: ledgerTableName(from.bucket), versions: versionsTableName(from.bucket) },
      { region: from.region, credentials: ledgerReader, maxAttempts: ATTEMPTS },
    ),
    version: (versionId) => s3Bucket({ ...source, versionId }),
    copying: (versionId, written) =>
      heedSlowDown(
        {
          ...basis,
          source: s3Bucket({ ...source, versionId }),
          destination: s3DestinationBucket(destination, {
            source: { name: from.bucket, owner: from.account, versionId },
            settings: written,
            commitClient,
          }),
          long: { timeLeft, partsPerInvocation: S3_LIMITS.parts },
        },
        pace,
      ),
    thaw: s3Thaw(source),
  };
}

/** With a session that may look at one bucket, or make it. */
function targets(
  { account, region, endpoint }: Settings,
  { from, partition, signal }: Around & { readonly from: Place },
): Targets {
  const of = (place: Place, policyOf: typeof bucketPolicy) => {
    const credentials = assumedRole(restorerOf(from, partition), {
      region,
      sessionName: 'restore-target',
      policy: policyOf(partition, place),
    });
    const client = s3Client(place.region, { attempts: ATTEMPTS, sockets: 4, endpoint, credentials });
    return s3NewBuckets({ owner: place.account, region: place.region, client, signal });
  };
  return {
    find: (bucket) => of({ bucket, region, account }, lookPolicy).find(bucket),
    make: (place, tags) => of(place, bucketPolicy).make(place.bucket, tags),
    tagsOf: (place) => of(place, lookPolicy).tagsOf(place.bucket),
    tellsIamOfTags: (place) => of(place, lookPolicy).tellsIamOfTags(place.bucket),
    isDestination,
    keepsVersions: (place) => of(place, lookPolicy).keepsVersions(place.bucket),
  };
}
