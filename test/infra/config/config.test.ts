import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import { ConfigurationError } from '../../../infra/config/configuration-error.ts';
import sample from '../../../replicator.config.ts';

const ACCOUNT = '123456789012';
const SOURCE = { bucket: 'photos', region: 'us-east-1' };
const RECONCILE = {
  schedule: 'cron(0 1 * * ? *)',
  timeZone: 'UTC',
  maxGigabytesPerRun: 1024,
  eventMinutes: 15,
  parallelism: 20,
  notify: [],
  reportRetentionDays: 400,
};
const ALARMS = { lagMinutes: 15, runWithinHours: 26, dashboard: true, notify: [] };
const RETENTION = {
  standardIaAfterDays: 30,
  glacierAfterDays: 90,
  expireAfterDays: false,
  expireNoncurrentAfterDays: 365,
  removeDeleteMarkers: true,
  abortUploadsAfterDays: 7,
  objectLock: false,
};
const EU = { bucket: 'photos-eu', region: 'eu-west-1' };

describe('parseConfiguration()', () => {
  it('fills in the defaults', () => {
    expect(parseConfiguration(replicator(SOURCE, EU), { account: ACCOUNT })).toEqual([
      {
        source: { ...SOURCE, account: ACCOUNT, existing: false },
        destinations: [
          { ...EU, account: ACCOUNT, existing: false, concurrency: 10, historyDays: 400, retention: RETENTION },
        ],
        reconcile: RECONCILE,
        alarms: ALARMS,
        logLevel: 'INFO',
        canary: { everyMinutes: 15, withinSeconds: 300 },
        scrub: { share: 1 / 365, maxGigabytesPerRun: 10, maxObjectMegabytes: 256 },
        rehearsal: { schedule: 'cron(0 4 1 * ? *)', timeZone: 'UTC', objects: 100, maxGigabytes: 10, withinDays: 34 },
      },
    ]);
  });

  it('keeps what is written', () => {
    const destination = {
      ...EU,
      account: '210987654321',
      existing: true,
      storageClass: 'GLACIER_IR',
      encryption: { kmsKeyArn: 'arn:aws:kms:eu-west-1:210987654321:key/1234abcd' },
      concurrency: 1000,
      historyDays: 3650,
    };
    const source = { ...SOURCE, account: '210987654321', existing: true };
    const reconcile = {
      schedule: 'rate(6 hours)',
      timeZone: 'Europe/Berlin',
      maxGigabytesPerRun: 0,
      eventMinutes: 60,
      parallelism: 100,
      notify: ['ops@example.com', 'storage+reports@example.com'],
      reportRetentionDays: 30,
    };
    const notify = ['somebody@example.com'];
    const alarms = { lagMinutes: 60, runWithinHours: 30, dashboard: false };
    const canary = { everyMinutes: 1, withinSeconds: 59 };
    const scrub = { share: 1, maxGigabytesPerRun: 0, maxObjectMegabytes: 4096 };
    const rehearsal = { schedule: 'rate(7 days)', timeZone: 'Asia/Tokyo', objects: 0, maxGigabytes: 1, withinDays: 8 };
    const written = {
      source,
      destinations: [destination],
      reconcile,
      alarms,
      canary,
      scrub,
      rehearsal,
      logLevel: 'WARN',
    };
    expect(parseConfiguration({ replicators: [{ ...written, notify }] }, { account: ACCOUNT })).toEqual([
      { ...written, alarms: { ...alarms, notify } },
    ]);
  });

  it.each<{ name: string; written: object; reports: readonly string[]; alarms: readonly string[] }>([
    { name: 'nobody', written: {}, reports: [], alarms: [] },
    { name: 'one list', written: { notify: ['a@b'] }, reports: ['a@b'], alarms: ['a@b'] },
    { name: 'the list of reports', written: { reconcile: { notify: ['a@b'] } }, reports: ['a@b'], alarms: ['a@b'] },
    {
      name: 'two lists',
      written: { notify: ['a@b'], reconcile: { notify: ['c@d'] } },
      reports: ['c@d'],
      alarms: ['a@b'],
    },
    { name: 'no reports', written: { notify: ['a@b'], reconcile: { notify: [] } }, reports: [], alarms: ['a@b'] },
    { name: 'no alarms', written: { notify: [], reconcile: { notify: ['c@d'] } }, reports: ['c@d'], alarms: [] },
  ])('tells $name', ({ written, reports, alarms }) => {
    const raw = { replicators: [{ source: SOURCE, destinations: [EU], ...written }] };
    const [replicator] = parseConfiguration(raw, { account: ACCOUNT });
    expect(replicator?.reconcile.notify).toEqual(reports);
    expect(replicator?.alarms.notify).toEqual(alarms);
  });

  it.each([
    ['cron(0 1 * * ? *)', 26],
    ['cron(0 1 ? * * *)', 26],
    ['cron(0 */6 * * ? *)', 26],
    ['cron(0 1 ? * MON-FRI *)', 74],
    ['cron(0 1 ? * TUE,FRI *)', 98],
    ['rate(30 minutes)', 26],
    ['rate(12 hours)', 26],
    ['rate(1 day)', 26],
    ['rate(2 days)', 50],
    ['rate(90 hours)', 92],
    ['rate(166 hours)', 168],
  ])('waits for a run that %s starts for %i hours', (schedule, hours) => {
    const raw = { replicators: [{ source: SOURCE, destinations: [EU], reconcile: { schedule } }] };
    expect(parseConfiguration(raw, { account: ACCOUNT })[0]?.alarms.runWithinHours).toBe(hours);
  });

  it.each([
    ['rate(2 days)', 26, 'lets 48 hours pass .* without cause; write at least 50'],
    ['cron(0 1 ? * MON-FRI *)', 72, 'lets 72 hours pass .* write at least 74'],
    ['rate(10 days)', 168, 'lets 240 hours pass .* looks back no further than 168; start a run every six days'],
    ['rate(7 days)', undefined, 'is missing: reconcile.schedule lets 168 hours pass .* or write false'],
    ['cron(0 1 ? * SUN *)', undefined, 'lets 168 hours pass'],
    ['cron(0 1 L * ? *)', undefined, 'lets 744 hours pass'],
  ])('refuses an alarm that %s would set off in %s hours', (schedule, runWithinHours, message) => {
    const alarms = runWithinHours === undefined ? {} : { runWithinHours };
    const raw = (more: object) => ({
      replicators: [{ source: SOURCE, destinations: [EU], reconcile: { schedule }, alarms: more }],
    });
    expect(() => parseConfiguration(raw(alarms), { account: ACCOUNT })).toThrow(
      new RegExp(`replicators\\[0\\]\\.alarms\\.runWithinHours .*${message}`),
    );
    const [replicator] = parseConfiguration(raw({ runWithinHours: false }), { account: ACCOUNT });
    expect(replicator?.alarms.runWithinHours).toBe(false);
  });

  it('writes no canary into a bucket that exists, unless somebody asks for it', () => {
    const canaryOf = (source: object, canary?: unknown) =>
      parseConfiguration(
        { replicators: [{ source, destinations: [EU], ...(canary !== undefined && { canary }) }] },
        { account: ACCOUNT },
      )[0]?.canary;
    const existing = { ...SOURCE, existing: true };
    expect(canaryOf(existing)).toBe(false);
    expect(canaryOf(existing, {})).toEqual({ everyMinutes: 15, withinSeconds: 300 });
    expect(canaryOf(SOURCE, false)).toBe(false);
  });

  it('switches the comparison of bytes off', () => {
    const raw = { replicators: [{ source: SOURCE, destinations: [EU], scrub: false, rehearsal: false }] };
    expect(parseConfiguration(raw, { account: ACCOUNT })[0]).toMatchObject({ scrub: false, rehearsal: false });
  });

  it('accepts the sample', () => {
    expect(parseConfiguration(sample, { account: ACCOUNT })).toHaveLength(1);
  });

  it('reports all problems at once, a line for each', () => {
    const raw = replicator({ ...SOURCE, bucket: 'Photos' }, { ...EU, concurrency: 0 }, { ...EU, region: 'Ireland' });
    expect(problems(raw)).toEqual([
      expect.stringMatching(/^replicators\[0\]\.source\.bucket is "Photos": /),
      expect.stringMatching(/^replicators\[0\]\.destinations\[0\]\.concurrency is 0: /),
      expect.stringMatching(/^replicators\[0\]\.destinations\[1\]\.region is "Ireland": /),
      expect.stringMatching(/^replicators\[0\]\.destinations\[1\]\.bucket is "photos-eu": /),
    ]);
  });

  it.each<{ name: string; raw: unknown; defaults?: { account: undefined }; says: string[] }>([
    {
      name: 'nothing',
      raw: undefined,
      says: ['the default export is missing: write an object with replicators'],
    },
    {
      name: 'no replicators',
      raw: { replicators: [] },
      says: ['replicators is []: write at least one replicator'],
    },
    {
      name: 'no destinations',
      raw: replicator(SOURCE),
      says: ['replicators[0].destinations is []: write at least one destination'],
    },
    {
      name: 'destinations that are no list',
      raw: { replicators: [{ source: SOURCE, destinations: 'photos-eu' }] },
      says: ['replicators[0].destinations is "photos-eu": write a list, in [ ]: write at least one destination'],
    },
    {
      name: 'an unknown field',
      raw: replicator({ ...SOURCE, buket: 'photos' }, { ...EU, prefix: 'a/' }),
      says: [
        'replicators[0].source.buket is "photos": unknown field (did you mean "bucket"?); known here are bucket, region, account, existing, kmsKeyArns, topicArn',
        'replicators[0].destinations[0].prefix is "a/": unknown field; known here are bucket, region, account, existing, storageClass, encryption, concurrency, historyDays, retention',
      ],
    },
    {
      name: 'alarms and logs that cannot be',
      raw: {
        replicators: [
          {
            source: SOURCE,
            destinations: [EU],
            notify: ['nobody'],
            alarms: { lagMinutes: 0, runWithinHours: 169, dashboard: 'yes', topic: 'x' },
            logLevel: 'info',
          },
        ],
      },
      says: [
        'replicators[0].notify[0] is "nobody": write an e-mail address',
        'replicators[0].alarms.lagMinutes is 0: write a whole number from 1 to 1440',
        'replicators[0].alarms.runWithinHours is 169: write a whole number from 1 to 168',
        'replicators[0].alarms.dashboard is "yes": write true or false',
        'replicators[0].alarms.topic is "x": unknown field; known here are lagMinutes, runWithinHours, dashboard',
        'replicators[0].logLevel is "info": write one of DEBUG, INFO, WARN, ERROR',
      ],
    },
    {
      name: 'several unknown fields, and what the rules find beside them',
      raw: replicator({ ...SOURCE, buket: 'photos', prefix: 'a/' }, SOURCE),
      says: [
        'replicators[0].source.buket is "photos": unknown field (did you mean "bucket"?); known here are bucket, region, account, existing, kmsKeyArns, topicArn',
        'replicators[0].source.prefix is "a/": unknown field; known here are bucket, region, account, existing, kmsKeyArns, topicArn',
        'replicators[0].destinations[0].bucket is "photos": the source itself; write another bucket',
      ],
    },
    {
      name: 'a list in place of an object',
      raw: replicator([SOURCE], EU),
      says: [
        'replicators[0].source is [{"bucket":"photos","region":"us-east-1"}]: write an object with bucket, region, account, existing, kmsKeyArns, topicArn',
      ],
    },
    {
      name: 'a missing bucket and Region',
      raw: replicator({}, EU),
      says: [
        'replicators[0].source.bucket is missing: write the name of the bucket',
        'replicators[0].source.region is missing: write the Region of the bucket, such as "eu-west-1"',
      ],
    },
    {
      name: 'a destination that is called like what restores make',
      raw: replicator(SOURCE, { ...EU, bucket: 'restored-photos' }),
      says: [
        'replicators[0].destinations[0].bucket is "restored-photos": "restored-" is what the names of buckets begin with that restores make, and may write to; choose another name',
      ],
    },
    {
      name: 'a malformed Region',
      raw: replicator({ ...SOURCE, region: 'us-east-1a' }, { ...EU, region: 'us-east-1a' }),
      says: ['source', 'destinations[0]'].map(
        (at) =>
          `replicators[0].${at}.region is "us-east-1a": there is no such Region (did you mean "us-east-1"?); write the Region of the bucket, such as "eu-west-1"`,
      ),
    },
    {
      name: 'a missing account without credentials',
      raw: replicator({ ...SOURCE, account: ACCOUNT }, EU),
      defaults: { account: undefined },
      says: [
        'replicators[0].destinations[0].account is missing: write the account that owns the bucket, 12 digits in quotes, or run the CDK with AWS credentials: theirs is the default',
      ],
    },
    {
      name: 'a malformed account',
      raw: replicator({ ...SOURCE, account: 123_456_789_012 }, EU),
      says: [
        'replicators[0].source.account is 123456789012: write the account that owns the bucket, 12 digits in quotes',
      ],
    },
    {
      name: 'a destination in another account',
      raw: replicator(SOURCE, { ...EU, account: '210987654321' }),
      says: [
        'replicators[0].destinations[0].account is "210987654321": not the account of the source (123456789012), which is not supported yet; use a bucket of that account',
      ],
    },
    {
      name: 'a destination that is the source',
      raw: replicator(SOURCE, SOURCE),
      says: ['replicators[0].destinations[0].bucket is "photos": the source itself; write another bucket'],
    },
    {
      name: 'a loop of two replicators',
      raw: both(replicator(SOURCE, EU), replicator(EU, SOURCE)),
      says: [
        'replicators[0].destinations[0].bucket is "photos-eu": the source of another replicator: a loop; write another bucket',
        'replicators[1].destinations[0].bucket is "photos": the source of another replicator: a loop; write another bucket',
      ],
    },
    {
      name: 'the same destination twice',
      raw: replicator(SOURCE, EU, { ...EU, region: 'eu-west-2' }),
      says: [
        'replicators[0].destinations[1].bucket is "photos-eu": a destination already; a bucket can be the destination of one source, once; remove one',
      ],
    },
    {
      name: 'the same destination of two sources',
      raw: both(replicator(SOURCE, EU), replicator({ ...SOURCE, bucket: 'films' }, EU)),
      says: [
        'replicators[1].destinations[0].bucket is "photos-eu": a destination already; a bucket can be the destination of one source, once; remove one',
      ],
    },
    {
      name: 'the same source twice',
      raw: both(replicator(SOURCE, EU), replicator(SOURCE, { ...EU, bucket: 'photos-dr' })),
      says: [
        'replicators[1].source.bucket is "photos": the source of another replicator, too; list all its destinations there',
      ],
    },
    ...[0, 36_501, 1.5, '400'].map((historyDays) => ({
      name: `historyDays of ${JSON.stringify(historyDays)}`,
      raw: replicator(SOURCE, { ...EU, historyDays }),
      says: [
        `replicators[0].destinations[0].historyDays is ${JSON.stringify(historyDays)}: write a whole number from 1 to 36500`,
      ],
    })),
    ...[1, 1001, 2.5, '10'].map((concurrency) => ({
      name: `a concurrency of ${JSON.stringify(concurrency)}`,
      raw: replicator(SOURCE, { ...EU, concurrency }),
      says: [
        `replicators[0].destinations[0].concurrency is ${JSON.stringify(concurrency)}: write a whole number from 2 to 1000`,
      ],
    })),
    ...[
      ['cron(0 1 * * *)', 'a cron has six fields with one space between, and not 5'],
      [
        'cron(0 1 * * * *)',
        'the day of the month is "*"; and the day of the week "*": of these two fields exactly one must be ?',
      ],
      ['cron(0 25 * * ? *)', 'the hours is "25"; write 0 to 23'],
      ['cron(0 1 30 2 ? *)', 'there is no such day: it would never start'],
      ['rate(1 hours)', "write 'rate(1 hour)'"],
      ['every night', "write 'cron(minutes hours day-of-month month day-of-week year)' or 'rate(12 hours)'"],
    ].map(([schedule = '', says = '']) => ({
      name: `the schedule "${schedule}"`,
      raw: reconciled({ schedule }),
      says: [expect.stringContaining(`replicators[0].reconcile.schedule is ${JSON.stringify(schedule)}: ${says}`)],
    })),
    ...['Berlin', '+02:00', ''].map((timeZone) => ({
      name: `the time zone "${timeZone}"`,
      raw: reconciled({ timeZone }),
      says: [
        `replicators[0].reconcile.timeZone is ${JSON.stringify(timeZone)}: write a time zone such as 'UTC' or 'Europe/Berlin'`,
      ],
    })),
    {
      name: 'numbers of the reconcile that cannot be, and what is no address',
      raw: reconciled({
        maxGigabytesPerRun: -1,
        eventMinutes: -1,
        parallelism: 1001,
        notify: ['ops@example.com', 'ops'],
        reportRetentionDays: 0.5,
      }),
      says: [
        'replicators[0].reconcile.maxGigabytesPerRun is -1: write a whole number from 0 to 8000000',
        'replicators[0].reconcile.eventMinutes is -1: write a whole number from 0 to 1440',
        'replicators[0].reconcile.parallelism is 1001: write a whole number from 1 to 1000',
        'replicators[0].reconcile.notify[1] is "ops": write an e-mail address',
        'replicators[0].reconcile.reportRetentionDays is 0.5: write a whole number from 1 to 36500',
      ],
    },
    {
      name: 'an unknown field of the reconcile, and one address that is no list',
      raw: reconciled({ at: '01:00', notify: 'ops@example.com' }),
      says: [
        'replicators[0].reconcile.notify is "ops@example.com": write a list of e-mail addresses',
        'replicators[0].reconcile.at is "01:00": unknown field; known here are schedule, timeZone, maxGigabytesPerRun, eventMinutes, parallelism, notify, reportRetentionDays',
      ],
    },
    {
      name: 'a canary that is overwritten before it must have arrived',
      raw: { replicators: [{ source: SOURCE, destinations: [EU], canary: { everyMinutes: 5 } }] },
      says: [
        'replicators[0].canary.everyMinutes is 5: the next one would come before the 300 s of withinSeconds are over; write at most 299 there, or more minutes here',
      ],
    },
    {
      name: 'numbers of the canary and of the scrub that cannot be',
      raw: {
        replicators: [
          {
            source: SOURCE,
            destinations: [EU],
            canary: { everyMinutes: 0, withinSeconds: 5 },
            scrub: { share: 0, maxGigabytesPerRun: -1, maxObjectMegabytes: 5000 },
          },
        ],
      },
      says: [
        'replicators[0].canary.everyMinutes is 0: write a whole number from 1 to 720',
        'replicators[0].canary.withinSeconds is 5: write a whole number from 10 to 780',
        'replicators[0].scrub.share is 0: write a number above 0 and up to 1, such as 1 / 365',
        'replicators[0].scrub.maxGigabytesPerRun is -1: write a whole number from 0 to 1000000',
        'replicators[0].scrub.maxObjectMegabytes is 5000: write a whole number from 0 to 4096',
      ],
    },
    {
      name: 'a rehearsal that cannot be',
      raw: {
        replicators: [
          {
            source: SOURCE,
            destinations: [EU],
            rehearsal: { schedule: 'monthly', timeZone: '+02:00', objects: 10_001, maxGigabytes: 0, withinDays: 0 },
          },
        ],
      },
      says: [
        `replicators[0].rehearsal.schedule is "monthly": write 'cron(minutes hours day-of-month month day-of-week year)' or 'rate(12 hours)'`,
        `replicators[0].rehearsal.timeZone is "+02:00": write a time zone such as 'UTC' or 'Europe/Berlin'`,
        'replicators[0].rehearsal.objects is 10001: write a whole number from 0 to 10000',
        'replicators[0].rehearsal.maxGigabytes is 0: write a whole number from 1 to 100000',
        'replicators[0].rehearsal.withinDays is 0: write a whole number from 1 to 1000',
      ],
    },
    {
      name: 'an alarm for rehearsals that would speak between two of them',
      raw: {
        replicators: [
          { source: SOURCE, destinations: [EU], rehearsal: { schedule: 'cron(0 4 1 * ? *)', withinDays: 31 } },
        ],
      },
      says: [
        'replicators[0].rehearsal.withinDays is 31: rehearsal.schedule lets 31 days pass from one to the next, so that the alarm would speak without cause; write more days',
      ],
    },
    {
      name: 'a canary, a scrub and a rehearsal that are neither an object nor false',
      raw: { replicators: [{ source: SOURCE, destinations: [EU], canary: true, scrub: 'yes', rehearsal: 1 }] },
      says: [
        'replicators[0].canary is true: write an object, or false',
        'replicators[0].scrub is "yes": write an object, or false',
        'replicators[0].rehearsal is 1: write an object, or false',
      ],
    },
    {
      name: 'a bucket called as the canary function',
      raw: replicator(SOURCE, { ...EU, bucket: 'photos-canary' }),
      says: [
        'replicators[0].destinations[0].bucket is "photos-canary": the function of this bucket and the canary function of "photos" would both be called "photos-canary"; use another bucket',
      ],
    },
    {
      name: 'a bucket called as the reconcile function, the first-run function or the unstarted queue of its source',
      raw: replicator(
        SOURCE,
        { ...EU, bucket: 'photos-reconcile' },
        { ...EU, bucket: 'photos-first-run' },
        { ...EU, bucket: 'photos-unstarted' },
      ),
      says: [
        'replicators[0].destinations[0].bucket is "photos-reconcile": the function of this bucket and the reconcile function of "photos" would both be called "photos-reconcile"; use another bucket',
        'replicators[0].destinations[1].bucket is "photos-first-run": the function of this bucket and the first-run function of "photos" would both be called "photos-first-run"; use another bucket',
        'replicators[0].destinations[2].bucket is "photos-unstarted": the inbox of this bucket and the unstarted queue of "photos" would both be called "photos-unstarted"; use another bucket',
      ],
    },
    {
      name: 'a bucket called as the backfill function of another',
      raw: replicator(SOURCE, EU, { ...EU, bucket: 'photos-eu-backfill' }),
      says: [
        'replicators[0].destinations[1].bucket is "photos-eu-backfill": the function of this bucket and the backfill function of "photos-eu" would both be called "photos-eu-backfill"; use another bucket',
      ],
    },
    {
      name: 'an unknown storage class',
      raw: replicator(SOURCE, { ...EU, storageClass: 'CHEAP' }),
      says: [
        'replicators[0].destinations[0].storageClass is "CHEAP": write one of STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE',
      ],
    },
    {
      name: 'an unknown encryption',
      raw: replicator(SOURCE, { ...EU, encryption: 'sse-c' }),
      says: [`replicators[0].destinations[0].encryption is "sse-c": write 'sse-s3' or { kmsKeyArn: 'arn:aws:kms:…' }`],
    },
    ...['photos', 'arn:aws:sns:us-east-1:123456789012:uploads.fifo'].map((topicArn) => ({
      name: `the topic "${topicArn}"`,
      raw: replicator({ ...SOURCE, existing: true, topicArn }, EU),
      says: [`replicators[0].source.topicArn is "${topicArn}": write the ARN of a standard topic, as "arn:aws:sns:…"`],
    })),
    {
      name: 'a source key of another Region, and no keys at all',
      raw: {
        replicators: [
          {
            source: { ...SOURCE, kmsKeyArns: ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd'] },
            destinations: [EU],
          },
          { source: { ...SOURCE, bucket: 'other', kmsKeyArns: [] }, destinations: [{ ...EU, bucket: 'other-eu' }] },
        ],
      },
      says: [
        'replicators[1].source.kmsKeyArns is []: write the ARNs of KMS keys, or leave it out',
        'replicators[0].source.kmsKeyArns[0] is "arn:aws:kms:eu-west-1:123456789012:key/1234abcd": the key must be in the Region of the bucket; write the ARN of a key in us-east-1',
      ],
    },
    {
      name: 'a topic of another Region',
      raw: replicator({ ...SOURCE, existing: true, topicArn: 'arn:aws:sns:eu-west-1:123456789012:uploads' }, EU),
      says: [
        'replicators[0].source.topicArn is "arn:aws:sns:eu-west-1:123456789012:uploads": a topic of another Region than the bucket\'s, which S3 cannot feed; write one in us-east-1',
      ],
    },
    {
      name: 'the topic that is made for the source',
      raw: replicator({ ...SOURCE, existing: true, topicArn: 'arn:aws:sns:us-east-1:123456789012:photos-fanout' }, EU),
      says: [
        'replicators[0].source.topicArn is "arn:aws:sns:us-east-1:123456789012:photos-fanout": the topic that the stack of this source makes; leave it out',
      ],
    },
    {
      name: 'a topic of another account',
      raw: replicator({ ...SOURCE, existing: true, topicArn: 'arn:aws:sns:us-east-1:210987654321:uploads' }, EU),
      says: [
        'replicators[0].source.topicArn is "arn:aws:sns:us-east-1:210987654321:uploads": a topic of another account, which is not supported yet; write one of 123456789012',
      ],
    },
    {
      name: 'a topic of a bucket that is yet to be created',
      raw: replicator({ ...SOURCE, topicArn: 'arn:aws:sns:us-east-1:123456789012:uploads' }, EU),
      says: [
        'replicators[0].source.topicArn is "arn:aws:sns:us-east-1:123456789012:uploads": a topic that feeds on a bucket which is yet to be created; write existing: true, or leave it out',
      ],
    },
    ...['alias/photos', 'arn:aws:kms:eu-west-1:123456789012:alias/photos'].map((kmsKeyArn) => ({
      name: `the KMS key "${kmsKeyArn}"`,
      raw: replicator(SOURCE, { ...EU, encryption: { kmsKeyArn } }),
      says: [
        `replicators[0].destinations[0].encryption.kmsKeyArn is "${kmsKeyArn}": write the ARN of a KMS key, as "arn:aws:kms:…:key/…", no alias`,
      ],
    })),
    {
      name: 'a KMS key of another Region',
      raw: replicator(SOURCE, {
        ...EU,
        encryption: { kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd' },
      }),
      says: [
        'replicators[0].destinations[0].encryption.kmsKeyArn is "arn:aws:kms:us-east-1:123456789012:key/1234abcd": the key must be in the Region of the bucket; write the ARN of a key in eu-west-1',
      ],
    },
    {
      name: 'a bucket called as the failed queue of another',
      raw: replicator(SOURCE, { ...EU, bucket: 'photos-eu-failed' }, EU),
      says: [
        'replicators[0].destinations[1].bucket is "photos-eu": the failed queue of this bucket and the inbox of "photos-eu-failed" would both be called "photos-eu-failed"; use another bucket',
      ],
    },
    {
      name: 'a bucket called as the undelivered queue of its source',
      raw: replicator(SOURCE, { ...EU, bucket: 'photos-undelivered' }),
      says: [
        'replicators[0].destinations[0].bucket is "photos-undelivered": the inbox of this bucket and the undelivered queue of "photos" would both be called "photos-undelivered"; use another bucket',
      ],
    },
    {
      name: 'two buckets with one name for their stacks',
      raw: replicator(SOURCE, { ...EU, bucket: 'photos.eu' }, { ...EU, bucket: 'photos--eu' }),
      says: [
        expect.stringMatching(
          /^replicators\[0\]\.destinations\[1\]\.bucket is "photos--eu": the stack of this bucket and the stack of "photos\.eu" would both be called ".*photos--eu"; use another bucket$/,
        ),
      ],
    },
    {
      name: 'a way to an opt-in Region',
      raw: replicator(SOURCE, { ...EU, region: 'af-south-1' }),
      says: [
        'replicators[0].destinations[0].region is "af-south-1": from us-east-1 to af-south-1 is not supported yet, as af-south-1 is not a Region that every account has; use two that it has, such as us-east-1 and eu-west-1, or one Region for both buckets',
      ],
    },
    {
      name: 'a way from an opt-in Region',
      raw: replicator({ ...SOURCE, region: 'eu-south-2' }, EU),
      says: [
        'replicators[0].destinations[0].region is "eu-west-1": from eu-south-2 to eu-west-1 is not supported yet, as eu-south-2 is not a Region that every account has; use two that it has, such as us-east-1 and eu-west-1, or one Region for both buckets',
      ],
    },
    {
      name: 'a bucket to be created in an account regional namespace',
      raw: replicator(SOURCE, { ...EU, bucket: 'photos-123456789012-eu-west-1-an' }),
      says: [
        'replicators[0].destinations[0].bucket is "photos-123456789012-eu-west-1-an": a name that ends with -an belongs to an account regional namespace, where buckets are not created from here; create it and write existing: true, or use another name',
      ],
    },
    ...[
      ['eu-wset-1', ' (did you mean "eu-west-1"?)'],
      ['EU-West-1', ' (did you mean "eu-west-1"?)'],
      ['eu-west-1a', ' (did you mean "eu-west-1"?)'],
      ['us_east_2', ' (did you mean "us-east-2"?)'],
      ['ireland', ''],
      ['', ''],
    ].map(([region = '', meant]) => ({
      name: `the Region "${region}"`,
      raw: replicator(SOURCE, { ...EU, region }),
      says: [
        `replicators[0].destinations[0].region is "${region}": there is no such Region${meant}; write the Region of the bucket, such as "eu-west-1"`,
      ],
    })),
    {
      name: 'the time zone "europe/berlin"',
      raw: reconciled({ timeZone: 'europe/berlin' }),
      says: [expect.stringContaining('there is no such time zone (did you mean "Europe/Berlin"?)')],
    },
    {
      name: 'a field with a letter wrong',
      raw: reconciled({ shedule: 'rate(1 day)' }),
      says: [
        expect.stringContaining(
          'reconcile.shedule is "rate(1 day)": unknown field (did you mean "schedule"?); known here are schedule,',
        ),
      ],
    },
  ])('refuses $name', ({ raw, defaults, says }) => {
    expect(problems(raw, defaults)).toEqual(says);
  });

  it.each([
    { name: 'an opt-in Region for both buckets', raw: replicator(inRegion(SOURCE), inRegion(EU)) },
    ...[
      'cron(0 1 * * ? *)',
      'cron(30 2 ? * MON-FRI *)',
      'cron(0 1 ? * TUE,FRI 2030-2040)',
      'rate(1 day)',
      'rate(10 minutes)',
    ].map((schedule) => ({ name: `the schedule ${schedule}`, raw: reconciled({ schedule }) })),
    {
      name: 'two replicators',
      raw: both(replicator(SOURCE, EU), replicator({ ...SOURCE, bucket: 'films' }, { ...EU, bucket: 'films.dr' })),
    },
  ])('accepts $name', ({ raw }) => {
    expect(problems(raw)).toEqual([]);
  });
});

function replicator(source: object, ...destinations: object[]) {
  return { replicators: [{ source, destinations }] };
}

function reconciled(reconcile: object) {
  return { replicators: [{ source: SOURCE, destinations: [EU], reconcile }] };
}

function both(one: ReturnType<typeof replicator>, two: ReturnType<typeof replicator>) {
  return { replicators: [...one.replicators, ...two.replicators] };
}

function inRegion(bucket: object) {
  return { ...bucket, region: 'af-south-1' };
}

/** The lines of the error, without its title. */
function problems(raw: unknown, defaults: { account: string | undefined } = { account: ACCOUNT }): string[] {
  try {
    parseConfiguration(raw, defaults);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split('\n').flatMap((line) => line.match(/^  (.*)$/)?.[1] ?? []);
  }
}
