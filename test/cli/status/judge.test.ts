import { describe, expect, it } from 'vitest';
import type { BucketFacts } from '../../../cli/status/buckets/bucket-facts.ts';
import type { OffResource, StackFacts } from '../../../cli/status/stacks/stack-facts.ts';
import type { Alarm, DestinationFacts, Facts, SourceFacts } from '../../../cli/status/facts.ts';
import { judge } from '../../../cli/status/judge.ts';
import { runPatience } from '../../../cli/status/run-patience.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const STANDARDS = {
  now: NOW,
  account: '111122223333',
  runPatience: 26,
  eventMinutes: 15,
  expectedAlarms: { source: [], reconcile: [], destination: [] },
};
const EMPTY = { waiting: 0, delayed: 0, inFlight: 0 };
const NONE = { objects: 0, orMore: false };

function ago(hours: number): string {
  return new Date(NOW - hours * 3_600_000).toISOString();
}

const proved = { completedAt: ago(11), provedEqualAsOf: ago(11) };

function source(differently: Partial<SourceFacts> = {}): SourceFacts {
  return {
    bucket: 'photos',
    region: 'us-east-1',
    undelivered: EMPTY,
    topic: { confirmed: ['photos-eu'], pending: [], filtered: [] },
    events: { topicArn: 'arn:topic', ours: true, told: 'all', missing: [] },
    runs: {
      last: { run: 'r', startedAt: ago(11), status: 'equal', found: {} },
      underWay: undefined,
      destinations: { 'photos-eu': proved },
    },
    alarms: [],
    addresses: [],
    ...differently,
  };
}

function destination(differently: Partial<DestinationFacts> = {}): DestinationFacts {
  return {
    bucket: 'photos-eu',
    region: 'eu-west-1',
    inbox: EMPTY,
    failed: EMPTY,
    feed: { state: 'Enabled', pausedSince: undefined },
    activity: {
      lastCopy: ago(1),
      copied: 5,
      historyFailed: 0,
      historyFailedSince: undefined,
      lag: 800,
      lagAt: ago(1),
      oldestSeconds: undefined,
    },
    trouble: { failed: NONE, cannot: NONE },
    alarms: [],
    ...differently,
  };
}

function stack(differently: Partial<StackFacts> = {}): StackFacts {
  return {
    about: 'photos-eu',
    stack: 'fanout-destination-photos-eu',
    region: 'eu-west-1',
    state: { status: 'UPDATE_COMPLETE', looked: 30, off: [] },
    ...differently,
  };
}

const somewhere = stack({ about: 'photos', stack: 'fanout-source-photos', region: 'us-east-1' });

function off(type: string, how: OffResource['how'], ...details: readonly string[]): StackFacts['state'] {
  const one = { type: `AWS::${type}`, name: 'it', how, details, ...(how === 'unread' && { actions: 'a:B, c:D' }) };
  return { status: 'UPDATE_COMPLETE', looked: 30, off: [one] };
}

function verdictOf(facts: Partial<Facts>) {
  return judge({ source: source(), destinations: [destination()], stacks: [], buckets: [], ...facts }, STANDARDS);
}

const late: Partial<DestinationFacts>['activity'] = {
  lastCopy: ago(1),
  copied: 5,
  historyFailed: 0,
  historyFailedSince: undefined,
  lag: 7_200_000,
  lagAt: ago(0),
  oldestSeconds: undefined,
};
const denied = { unread: 'AccessDenied: not authorized to perform it' };
const noStack = { unread: 'Stack with id … does not exist', missing: true } as const;
const missing = { unread: 'QueueDoesNotExist: …', missing: true } as const;

function alarm(differently: Partial<Alarm>): Alarm {
  return {
    name: 'photos-eu failed messages',
    state: 'OK',
    since: ago(3),
    reason: 'why',
    topics: [],
    silenced: false,
    ...differently,
  };
}

it('says in one sentence that all is well', () => {
  expect(verdictOf({})).toEqual({
    state: 'well',
    headline: 'All is well: what changes in photos reaches its destination.',
    problems: [],
    notices: [],
  });
  const two = { destinations: [destination(), destination()] };
  expect(verdictOf(two).headline).toBe('All is well: what changes in photos reaches its 2 destinations.');
});

describe('what is wrong at a destination', () => {
  it.each<[string, Partial<DestinationFacts>, RegExp, RegExp]>([
    [
      'paused',
      { feed: { state: 'Disabled', pausedSince: ago(2) } },
      /paused since 2026-11-21 10:00:00 UTC;/,
      /npm run resume -- photos-eu/,
    ],
    [
      'paused by its tag only',
      { feed: { state: 'Enabled', pausedSince: ago(2) } },
      /by its tag, while Lambda says Enabled/,
      /resume/,
    ],
    [
      'switched off',
      { feed: { state: 'Disabled', pausedSince: undefined } },
      /takes no messages \(Disabled\), though nobody/,
      /resume/,
    ],
    [
      'a feed that is gone',
      { feed: { state: 'Absent', pausedSince: undefined } },
      /nothing takes messages from its inbox/,
      /npx cdk deploy fanout-destination-photos-eu/,
    ],
    [
      'failed messages',
      { failed: { ...EMPTY, waiting: 2 } },
      /2 messages are in photos-eu-failed/,
      /--failed tells why.*npm run retry/,
    ],
    ['one failed message, held', { failed: { ...EMPTY, inFlight: 1 } }, /1 message is in photos-eu-failed/, /retry/],
    [
      'failed objects',
      { trouble: { failed: { objects: 1, orMore: false }, cannot: NONE } },
      /1 object could not be copied/,
      /retry/,
    ],
    [
      'many of them',
      { trouble: { failed: { objects: 10_000, orMore: true }, cannot: NONE } },
      /10,000 objects or more/,
      /retry/,
    ],
    ['behind', { inbox: { ...EMPTY, waiting: 7 }, activity: late }, /2 h 0 min behind, with 7 messages/, /concurrency/],
    [
      'an old message',
      { inbox: { ...EMPTY, inFlight: 1 }, activity: { ...late, lag: undefined, oldestSeconds: 1000 } },
      /16 min 40 s behind/,
      /log group \/aws\/lambda\/photos-eu/,
    ],
    [
      'an alarm',
      { alarms: [alarm({ state: 'ALARM' })] },
      /"photos-eu failed messages" is on since .*: why/,
      /"failed messages" in docs\/RUNBOOK.md/,
    ],
    [
      'a dumb alarm',
      { alarms: [alarm({ state: 'INSUFFICIENT_DATA' })] },
      /has no data, and cannot speak/,
      /RUNBOOK.md/,
    ],
    [
      'a silenced alarm',
      { alarms: [alarm({ silenced: true })] },
      /actions .* switched off, so that they tell nobody: "photos-eu failed messages"/,
      /enable-alarm-actions --region eu-west-1 --alarm-names "photos-eu failed messages"/,
    ],
    ['unread inbox', { inbox: denied }, /its inbox could not be read: AccessDenied/, /sqs:GetQueueUrl/],
    [
      'unread failed queue',
      { failed: denied },
      /the queue photos-eu-failed could not be read/,
      /sqs:GetQueueAttributes/,
    ],
    ['unread feed', { feed: denied }, /whether it is paused could not be read/, /lambda:ListEventSourceMappings/],
    ['unread metrics', { activity: denied }, /its metrics could not be read/, /cloudwatch:GetMetricData/],
    ['unread ledger', { trouble: denied }, /its ledger could not be read/, /dynamodb:Query/],
    ['a ledger that is gone', { trouble: missing }, /its ledger could not be read/, /deployed to its end/],
    ['an inbox that is gone', { inbox: missing }, /its inbox could not be read/, /deployed to its end/],
    ['unread alarms', { alarms: denied }, /its alarms could not be read/, /cloudwatch:DescribeAlarms/],
  ])('%s', (_, differently, what, remedy) => {
    const { state, problems, headline } = verdictOf({ destinations: [destination(differently)] });
    expect(state).toBe('wrong');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      about: 'photos-eu',
      what: expect.stringMatching(what),
      remedy: expect.stringMatching(remedy),
    });
    expect(headline).toMatch(/^One thing is wrong: photos-eu: /);
  });

  it.each<[string, Partial<DestinationFacts>]>([
    ['a lag of the past, when the inbox is empty', { activity: late }],
    [
      'a lag of the past, with a message that has just come',
      { inbox: { ...EMPTY, waiting: 1 }, activity: { ...late, lagAt: ago(2) } },
    ],
    ['messages that have just come', { inbox: { ...EMPTY, waiting: 3 } }],
    ['no copy for a day', { activity: { ...late, lastCopy: undefined, copied: 0, lag: undefined, lagAt: undefined } }],
    ['an alarm that is OK', { alarms: [alarm({})] }],
  ])('not: %s', (_, differently) => {
    expect(verdictOf({ destinations: [destination(differently)] })).toMatchObject({ state: 'well', notices: [] });
  });

  it.each<[string, Partial<DestinationFacts>, RegExp]>([
    [
      'what cannot be copied',
      { trouble: { failed: NONE, cannot: { objects: 3, orMore: false } } },
      /3 objects cannot be copied as they are/,
    ],
    [
      'a new alarm',
      { alarms: [alarm({ state: 'INSUFFICIENT_DATA', since: ago(0.5) })] },
      /have no data yet: "photos-eu failed messages"/,
    ],
  ])('worth knowing: %s', (_, differently, what) => {
    const { state, notices } = verdictOf({ destinations: [destination(differently)] });
    expect(state).toBe('well');
    expect(notices).toMatchObject([{ about: 'photos-eu', what: expect.stringMatching(what) }]);
  });
});

describe('records that the history did not take', () => {
  const activity = { ...late, lag: undefined, lagAt: undefined, historyFailed: 1659, historyFailedSince: ago(2) };

  it('may be lacking as long as what was put aside of them is not tried again, by one command for all', () => {
    const { problems } = verdictOf({ destinations: [destination({ activity, failed: { ...EMPTY, waiting: 7 } })] });
    expect(problems).toMatchObject([
      { what: expect.stringContaining('7 messages are in photos-eu-failed') },
      {
        what: expect.stringMatching(/may lack up to 1,659 records since 2026-11-21 10:00:00 UTC.*objects are copied/),
        remedy: expect.stringMatching(/^npm run retry -- --destination photos-eu --failed/),
      },
    ]);
    const unread = verdictOf({ destinations: [destination({ activity, failed: denied })] }).problems;
    expect(unread).toContainEqual(expect.objectContaining({ what: expect.stringContaining('up to 1,659 records') }));
  });

  it('are a notice when nothing is put aside any more: a queue that was purged looks like one that was tried again', () => {
    const { state, notices } = verdictOf({ destinations: [destination({ activity })] });
    expect(state).toBe('well');
    expect(notices).toMatchObject([
      {
        what: expect.stringMatching(/lacked up to 1,659 records since .*photos-eu-failed.*may not know these versions/),
        remedy: expect.stringContaining('"History incomplete" in docs/RUNBOOK.md'),
      },
    ]);
  });
});

describe('what is wrong at the source', () => {
  const runs = { last: undefined, underWay: undefined, destinations: { 'photos-eu': proved } };
  it.each<[string, Partial<SourceFacts>, string, RegExp, RegExp]>([
    [
      'undelivered',
      { undelivered: { ...EMPTY, waiting: 1 } },
      'photos',
      /1 message could not be handed over.* is in photos-undelivered/,
      /npm run reconcile -- --source photos/,
    ],
    [
      'unread undelivered',
      { undelivered: denied },
      'photos',
      /the queue photos-undelivered could not be read/,
      /sqs:GetQueueUrl/,
    ],
    [
      'no subscription',
      { topic: { confirmed: [], pending: [], filtered: [] } },
      'photos-eu',
      /is not subscribed to the topic: it gets no events/,
      /npx cdk deploy fanout-destination-photos-eu/,
    ],
    [
      'a pending one',
      { topic: { confirmed: [], pending: ['photos-eu'], filtered: [] } },
      'photos-eu',
      /is not confirmed/,
      /npx cdk deploy/,
    ],
    [
      'unread subscriptions',
      { topic: denied },
      'photos',
      /its subscriptions could not be read/,
      /sns:ListSubscriptionsByTopic/,
    ],
    [
      'a filter of the subscription',
      { topic: { confirmed: ['photos-eu'], pending: [], filtered: ['photos-eu'] } },
      'photos-eu',
      /has a filter: not every change reaches it/,
      /FilterPolicy/,
    ],
    [
      'a notification that is gone',
      { events: { topicArn: 'arn:topic', ours: true, told: 'nothing', missing: ['s3:ObjectCreated:*'] } },
      'photos',
      /no notification of the bucket tells the topic arn:topic of what is put/,
      /npx cdk deploy fanout-source-photos -c again/,
    ],
    [
      'a notification with a filter',
      { events: { topicArn: 'arn:topic', ours: true, told: 'some', missing: ['s3:ObjectRemoved:*'] } },
      'photos',
      /of some of what is put only/,
      /npx cdk deploy/,
    ],
    ['unread notifications', { events: denied }, 'photos', /its notifications could not/, /s3:GetBucketNotification/],
    ['unread reconcile', { runs: denied }, 'photos', /the runs of the reconcile could not be read/, /s3:GetObject/],
    [
      'a failed run',
      { runs: { ...runs, last: { run: 'r', startedAt: ago(2), status: 'failed', found: {} } } },
      'photos',
      /could not compare everything/,
      /--follow/,
    ],
    [
      'a run with differences',
      { runs: { ...runs, last: { run: 'r', startedAt: ago(2), status: 'differs', found: {} } } },
      'photos',
      /left differences/,
      /--follow/,
    ],
    [
      'never compared',
      { runs: { ...runs, destinations: {} } },
      'photos-eu',
      /never compared to the end/,
      /npm run reconcile -- --destination photos-eu/,
    ],
    [
      'under way',
      { runs: { ...runs, destinations: {}, underWay: 'now' } },
      'photos-eu',
      /never compared/,
      /The run now is under way/,
    ],
    [
      'never proved',
      { runs: { ...runs, destinations: { 'photos-eu': { completedAt: ago(1), provedEqualAsOf: undefined } } } },
      'photos-eu',
      /never proved equal/,
      /reconcile/,
    ],
    [
      'no run of late',
      { runs: { ...runs, destinations: { 'photos-eu': { completedAt: ago(27), provedEqualAsOf: ago(27) } } } },
      'photos-eu',
      /no run of the reconcile has compared it to the end for 1 d 3 h/,
      /reconcile/,
    ],
    [
      'no proof of late',
      { runs: { ...runs, destinations: { 'photos-eu': { completedAt: ago(1), provedEqualAsOf: ago(48) } } } },
      'photos-eu',
      /was not proved equal for 2 d 0 h/,
      /reconcile/,
    ],
    [
      'an alarm',
      { alarms: [alarm({ name: 'photos-undelivered', state: 'ALARM' })] },
      'photos',
      /"photos-undelivered" is on/,
      /"undelivered" in docs\/RUNBOOK/,
    ],
    ['unread alarms', { alarms: denied }, 'photos', /its alarms could not be read/, /DescribeAlarms/],
    [
      'an address that has not confirmed',
      { addresses: [{ address: 'a@b.c', topicArn: 't', why: 'not confirmed' }] },
      'photos',
      /a@b.c is told nothing by t, as it has not confirmed/,
      /Follow the link/,
    ],
    [
      'one that is not subscribed',
      { addresses: [{ address: 'a@b.c', topicArn: 't', why: 'not subscribed' }] },
      'photos',
      /a@b.c is told nothing by t, as it is not subscribed/,
      /aws sns subscribe --topic-arn t/,
    ],
    ['unread addresses', { addresses: denied }, 'photos', /who is told by e-mail could not be read/, /sns:List/],
  ])('%s', (_, differently, about, what, remedy) => {
    const { state, problems } = verdictOf({ source: source(differently) });
    expect(state).toBe('wrong');
    expect(problems).toMatchObject([
      { about, what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) },
    ]);
  });
});

describe('alarms that must be there', () => {
  const expectedAlarms = {
    source: ['Deliveries lost'],
    reconcile: ['Run failed', 'Run timed out'],
    destination: ['Failed messages', 'Lag too high'],
  } as const;
  const all = [
    ...['Deliveries lost', 'Run failed', 'Run timed out'].map((heading) => alarm({ name: `photos ${heading}` })),
    ...['Failed messages', 'Lag too high'].map((heading) => alarm({ name: `photos-eu ${heading}` })),
  ];
  const without = (...names: readonly string[]) => {
    const alarms = all.filter(({ name }) => !names.includes(name));
    const facts = { source: source({ alarms }), destinations: [destination({ alarms })], stacks: [], buckets: [] };
    return judge(facts, { ...STANDARDS, expectedAlarms }).problems.map(({ about, what }) => `${about}: ${what}`);
  };

  it('are missed when they are not', () => {
    expect(without()).toEqual([]);
    expect(without('photos Run failed', 'photos-eu Failed messages', 'photos-eu Lag too high')).toEqual([
      'photos: 1 of its 2 alarms of the stack fanout-reconcile-photos are not there: Run failed',
      'photos-eu: 2 of its 2 alarms of the stack fanout-destination-photos-eu are not there: Failed messages, Lag too high',
    ]);
  });

  it('are not asked for where their stack is not deployed', () => {
    const facts = {
      source: source({ alarms: all.slice(0, 1), runs: { unread: 'no', missing: true } }),
      destinations: [destination({ alarms: all.slice(3) })],
      stacks: [somewhere, stack({ stack: 'fanout-reconcile-photos', state: noStack })],
      buckets: [],
    };
    const { problems } = judge(facts, { ...STANDARDS, expectedAlarms });
    expect(problems.map(({ what }) => what)).toEqual(['the nightly reconcile is not deployed']);
  });
});

it('tells that nobody is told, as no fault', () => {
  const { state, notices } = verdictOf({
    source: source({ addresses: [{ address: 'nobody', topicArn: 't', why: 'nobody' }] }),
  });
  expect(state).toBe('well');
  expect(notices.map(({ what }) => what)).toEqual(['nobody is told by t, as nobody is subscribed there']);
});

it.each(['nothing', 'some'] as const)('a topic of others that is told of %s is as wrong as one of ours', (told) => {
  const events = { topicArn: 'theirs', ours: false, told, missing: ['s3:ObjectRemoved:*'] };
  const { state, problems } = verdictOf({ source: source({ events }) });
  expect(state).toBe('wrong');
  expect(problems).toMatchObject([
    { what: expect.stringContaining('theirs'), remedy: expect.stringContaining('s3:ObjectRemoved:*') },
  ]);
});

it('names the worst first, and how many things are wrong', () => {
  const facts = {
    source: source({ topic: { confirmed: [], pending: [], filtered: [] } }),
    destinations: [destination({ activity: denied, failed: { ...EMPTY, waiting: 1 } })],
  };
  const { problems, headline } = verdictOf(facts);
  expect(problems.map(({ what }) => what)).toEqual([
    expect.stringContaining('not subscribed'),
    expect.stringContaining('photos-eu-failed'),
    expect.stringContaining('metrics'),
  ]);
  expect(headline).toMatch(/^3 things are wrong, the worst first: photos-eu: it is not subscribed .* Deploy it again/);
});

it('asks for the right credentials, and names nothing else, where no stack is deployed at all', () => {
  const stacks = [
    { ...somewhere, state: noStack },
    stack({ state: noStack }),
    stack({ stack: 'fanout-reconcile-photos', state: noStack }),
  ];
  const { state, headline, problems } = verdictOf({ stacks, destinations: [destination({ inbox: missing })] });
  expect(state).toBe('wrong');
  expect(headline).toMatch(
    /^photos: no stack of it is deployed in the account 111122223333, in us-east-1, eu-west-1\. Are the credentials in use/,
  );
  expect(problems).toHaveLength(1);
});

describe('what is wrong with a stack', () => {
  it.each<[string, StackFacts['state'], RegExp, RegExp]>([
    ['not deployed', noStack, /the destination is not deployed/, /^npx cdk deploy fanout-destination-photos-eu$/],
    ['not readable', denied, /the stack .* could not be read: AccessDenied/, /cloudformation:GetTemplate/],
    ['half made', { status: 'ROLLBACK_COMPLETE', looked: 0, off: [] }, /is ROLLBACK_COMPLETE/, /deployed to its end/],
    [
      'a queue that is gone',
      off('SQS::Queue', 'gone'),
      /is deployed, but somebody has deleted the queue it$/,
      /--revert-drift/,
    ],
    ['a table that is gone', off('DynamoDB::Table', 'gone'), /deleted the table it$/, /--revert-drift/],
    ['a bucket that is gone', off('S3::Bucket', 'gone'), /deleted the bucket it$/, /A bucket that is gone/],
    ['a policy of a queue that is gone', off('SQS::QueuePolicy', 'gone'), /deleted the queue policy it$/, /-c again=/],
    [
      'a function that was changed',
      off('Lambda::Function', 'changed', 'Timeout 3 instead of 600'),
      /changed the function it \(Timeout 3 instead of 600\)/,
      /--revert-drift/,
    ],
    [
      'a role that cannot be read',
      off('IAM::Role', 'unread', 'denied'),
      /could not be read: the role it \(denied\)/,
      /need a:B, c:D/,
    ],
  ])('%s', (_, state, what, remedy) => {
    const verdict = verdictOf({ stacks: [somewhere, stack({ state })] });
    expect(verdict.state).toBe('wrong');
    expect(verdict.problems).toEqual([
      { about: 'photos-eu', what: expect.stringMatching(what), remedy: expect.stringMatching(remedy) },
    ]);
  });

  it('names what stops copies before a table of the history that is gone', () => {
    const role = { type: 'AWS::IAM::Role', name: 'role', how: 'changed' as const, details: ['Policies nothing'] };
    const table = { type: 'AWS::DynamoDB::Table', name: 'versions', how: 'gone' as const, details: [] };
    const state = { status: 'UPDATE_COMPLETE', looked: 30, off: [table, role] };
    expect(verdictOf({ stacks: [stack({ state })] }).problems.map(({ what }) => what)).toEqual([
      expect.stringMatching(/changed the role role .*: until that is put back, objects may not be copied$/),
      expect.stringContaining('deleted the table versions'),
    ]);
  });

  it.each([
    ['fanout-destination-photos-eu', 'ReservedConcurrentExecutions 0 instead of nothing', true],
    ['fanout-destination-photos-eu', 'Timeout 3 instead of 600', false],
    ['fanout-reconcile-photos', 'ReservedConcurrentExecutions 0 instead of nothing', false],
  ])('a function of %s with %s stops copies: %s', (name, detail, stops) => {
    const [problem] = verdictOf({
      stacks: [stack({ stack: name, state: off('Lambda::Function', 'changed', detail) })],
    }).problems;
    expect(problem?.what.includes('objects may not be copied')).toBe(stops);
  });

  it('names the remedies of a bucket and of a queue that are both gone', () => {
    const gone = (type: string) => ({ type, name: 'it', how: 'gone' as const, details: [] });
    const state = { status: 'UPDATE_COMPLETE', looked: 30, off: [gone('AWS::S3::Bucket'), gone('AWS::SQS::Queue')] };
    const [problem] = verdictOf({ stacks: [stack({ state })] }).problems;
    expect(problem?.remedy).toMatch(/A bucket that is gone.*--revert-drift/);
  });

  it('says it once: not also that what it was made of is missing', () => {
    const destinations = [destination({ inbox: missing, failed: missing, trouble: missing })];
    for (const state of [noStack, off('SQS::Queue', 'gone')])
      expect(verdictOf({ destinations, stacks: [somewhere, stack({ state })] }).problems).toHaveLength(1);
  });

  it('is no fault while it is being deployed', () => {
    const { state, notices } = verdictOf({
      stacks: [stack({ state: { status: 'UPDATE_IN_PROGRESS', looked: 30, off: [] } })],
    });
    expect(state).toBe('well');
    expect(notices).toMatchObject([{ what: 'the stack fanout-destination-photos-eu is UPDATE_IN_PROGRESS' }]);
  });
});

describe('what is wrong with a bucket', () => {
  const fine: BucketFacts = {
    bucket: 'photos-eu',
    is: 'destination',
    state: { keepsVersions: true, denials: [] },
    keys: [],
  };
  const denial = { sid: 'No', actions: ['s3:PutObject'], conditional: false };
  const key = { arn: 'arn:key', state: 'Enabled', byDefault: true, granted: true };

  it.each<[string, Partial<BucketFacts>, RegExp]>([
    ['it is gone', { state: { gone: true, keepsVersions: false, denials: [] } }, /there is no such bucket/],
    ['it is elsewhere', { state: { elsewhere: 'sa-east-1', keepsVersions: true, denials: [] } }, /is in sa-east-1/],
    ['it cannot be read', { state: denied }, /the bucket could not be read/],
    ['its policy denies', { state: { keepsVersions: true, denials: [denial] } }, /denies s3:PutObject to everybody/],
    ['a key is off', { keys: [{ ...key, state: 'PendingDeletion' }] }, /arn:key is PendingDeletion/],
    ['a key by default is not granted', { keys: [{ ...key, granted: false }] }, /every copy is denied/],
    ['keys cannot be read', { keys: denied }, /its KMS keys could not be read/],
  ])('%s', (_, differently, what) => {
    const { state, problems } = verdictOf({ buckets: [{ ...fine, ...differently }] });
    expect(state).toBe('wrong');
    expect(problems).toMatchObject([{ about: 'photos-eu', what: expect.stringMatching(what) }]);
  });

  it.each<[string, Partial<BucketFacts>]>([
    ['it keeps no versions', { state: { keepsVersions: false, denials: [] } }],
    ['its policy denies sometimes', { state: { keepsVersions: true, denials: [{ ...denial, conditional: true }] } }],
  ])('is told, and no fault: %s', (_, differently) => {
    const { state, notices } = verdictOf({ buckets: [{ ...fine, ...differently }] });
    expect(state).toBe('well');
    expect(notices).toHaveLength(1);
  });

  it('is nothing for one that is fine', () => {
    expect(verdictOf({ buckets: [{ ...fine, keys: [key] }] })).toMatchObject({ state: 'well', notices: [] });
  });
});

describe('what was missed while events did not come', () => {
  const since = (about: string, name: string, hours: number) =>
    stack({ about, stack: name, state: { status: 'UPDATE_COMPLETE', looked: 30, off: [], eventsSince: ago(hours) } });

  it.each([
    ['photos', 'fanout-source-photos'],
    ['photos-eu', 'fanout-destination-photos-eu'],
  ])('is not well before a run has begun after they come again: %s', (about, name) => {
    const { state, problems } = verdictOf({ stacks: [since(about, name, 2)] });
    expect(state).toBe('wrong');
    expect(problems).toEqual([
      {
        about: 'photos-eu',
        what: 'what brings it events was made or mended at 2026-11-21 10:00:00 UTC, and what changed before has not been compared since',
        remedy: 'npm run reconcile -- --destination photos-eu',
      },
    ]);
    expect(verdictOf({ stacks: [since(about, name, 12)] }).state).toBe('well');
  });
});

it('does not judge the time since the last run where the schedule does not tell', () => {
  const old = { completedAt: ago(400), provedEqualAsOf: ago(400) };
  const runs = { last: undefined, underWay: undefined, destinations: { 'photos-eu': old } };
  const facts = { source: source({ runs }), destinations: [destination()], stacks: [], buckets: [] };
  expect(judge(facts, { ...STANDARDS, runPatience: undefined }).state).toBe('well');
});

it.each([
  ['cron(0 1 * * ? *)', 26],
  ['cron(30 13 ? * * *)', 26],
  ['rate(12 hours)', 14],
  ['rate(1 day)', 26],
  ['rate(30 minutes)', 2.5],
  ['cron(0 1 ? * MON-FRI *)', 74],
  ['cron(0 1 1 * ? *)', 746],
  ['something else', undefined],
])('a run of %s is missed after %s hours', (schedule, hours) => {
  expect(runPatience(schedule)).toBe(hours);
});

it('tells what the last run found, which is no fault when it was repaired', () => {
  const last = { run: 'r', startedAt: ago(11), status: 'equal', found: { 'photos-eu': 7, 'photos-dr': 9 } };
  const runs = { last, underWay: undefined, destinations: { 'photos-eu': proved } };
  const { state, notices } = verdictOf({ source: source({ runs }) });
  expect(state).toBe('well');
  expect(notices).toMatchObject([{ about: 'photos-eu', what: expect.stringContaining('7 objects differed') }]);
});

it('does not blame the last run for what was proved equal since', () => {
  const last = { run: 'r', startedAt: ago(20), status: 'differs', found: {} };
  const runs = { last, underWay: undefined, destinations: { 'photos-eu': proved } };
  expect(verdictOf({ source: source({ runs }) }).state).toBe('well');
});
