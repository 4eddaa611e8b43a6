import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../infra/config/config.ts';
import { functionOf, grantsOf, ofType } from '../queries.ts';
import { ACCOUNT, LARGE, resourcesOf, SMALL, templatesOf } from '../synthesize.ts';

const NAME = 'www_photos_example-canary';
const TOPIC_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:www_photos_example-fanout`;
const [replicator] = LARGE.replicators;

const resources = stackOf(LARGE, 'fanout-reconcile-www--photos--example');

function stackOf(configuration: Configuration, name: string) {
  const template = templatesOf(configuration).get(name);
  if (template === undefined) throw new TypeError(`There is no stack "${name}"`);
  return resourcesOf(template);
}

describe('the canary', () => {
  it('has the time to see itself arrive, and a role of a fixed name', () => {
    expect(functionOf(resources, NAME)).toMatchObject({
      Timeout: 180,
      Environment: {
        Variables: {
          SOURCE_BUCKET: 'www.photos.example',
          SOURCE_ACCOUNT: ACCOUNT,
          SOURCE_REGION: 'us-east-1',
          TOPIC_ARN,
          WITHIN_SECONDS: '120',
        },
      },
    });
    const roles = ofType(resources, 'AWS::IAM::Role').map(({ properties }) => properties.RoleName);
    expect(roles).toContain(NAME);
  });

  it('can write its one object, find destinations and look at them, and nothing else', () => {
    expect(grantsOf(resources, 'CanaryFlyRole')).toEqual(
      [
        {
          actions: ['s3:PutObject', 's3:PutObjectTagging'],
          resource: 'arn:aws:s3:::www.photos.example/.fanout-canary/heartbeat',
          condition: { StringEquals: { 's3:ResourceAccount': ACCOUNT } },
        },
        { actions: ['sns:ListSubscriptionsByTopic'], resource: TOPIC_ARN },
        { actions: ['sns:GetSubscriptionAttributes'], resource: TOPIC_ARN },
        { actions: ['sts:AssumeRole'], resource: `arn:aws:iam::${ACCOUNT}:role/fanout-observer-*` },
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resource: replicator.source.kmsKeyArns[0] },
        {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resource: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/lambda/${NAME}:*`,
        },
      ].map((grant) => ({ condition: undefined, ...grant })),
    );
  });

  it('starts on its schedule, once each time', () => {
    const schedule = ofType(resources, 'AWS::Scheduler::Schedule').find(({ properties }) => properties.Name === NAME);
    expect(schedule?.properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: { RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } },
    });
    expect(ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 }),
    ]);
    const small = stackOf(SMALL, 'fanout-reconcile-photos');
    const expressions = ofType(small, 'AWS::Scheduler::Schedule').map(
      ({ properties }) => properties.ScheduleExpression,
    );
    expect(expressions).toContain('rate(15 minutes)');
    const [one] = SMALL.replicators;
    const each = { replicators: [{ ...one, canary: { everyMinutes: 1, withinSeconds: 30 } }] };
    expect(JSON.stringify(stackOf(each, 'fanout-reconcile-photos'))).toContain('rate(1 minute)');
  });

  it('is nowhere if it is switched off, nor for a bucket that exists', () => {
    const [one] = SMALL.replicators;
    for (const off of [
      { ...one, canary: false as const },
      { ...one, source: { ...one.source, existing: true } },
    ]) {
      const templates = templatesOf({ replicators: [off] });
      expect(
        [...templates.values()]
          .map((template) => JSON.stringify(template))
          .join()
          .toLowerCase(),
      ).not.toContain('canary');
    }
  });
});

describe('the alarms of a destination', () => {
  const headingsOf = (one: Partial<Configuration['replicators'][number]>) =>
    ofType(
      stackOf({ replicators: [{ ...SMALL.replicators[0], ...one }] }, 'fanout-destination-photos-eu'),
      'AWS::CloudWatch::Alarm',
    ).map(({ properties }) => properties.AlarmName);

  it('speak of canaries and bytes, but not if there is nothing to watch', () => {
    const both = ['photos-eu Canary has not arrived', 'photos-eu Bytes differ'];
    expect(headingsOf({})).toEqual(expect.arrayContaining(both));
    const none = headingsOf({ canary: false, scrub: false });
    for (const name of both) expect(none).not.toContain(name);
  });
});
