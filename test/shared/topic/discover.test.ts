import { describe, expect, it } from 'vitest';
import { discover } from '../../../shared/topic/discover.ts';
import { ACCOUNT, subscriptionOf } from '../../support/reconcile-rig.ts';

const topic = { source: { bucket: 'photos' }, topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:photos-fanout` };

describe('discover', () => {
  it('finds the inboxes that are ours, wherever they are, and the buckets that they are named after', () => {
    const { destinations, problems } = discover(
      [
        subscriptionOf('photos-eu'),
        subscriptionOf('photos_dr_example', { region: 'us-west-2', account: '444455556666' }),
      ],
      topic,
    );
    expect(problems).toEqual([]);
    expect(destinations).toEqual([
      {
        bucket: 'photos-eu',
        region: 'eu-west-1',
        account: ACCOUNT,
        inboxArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:photos-eu`,
      },
      {
        bucket: 'photos.dr.example',
        region: 'us-west-2',
        account: '444455556666',
        inboxArn: 'arn:aws:sqs:us-west-2:444455556666:photos_dr_example',
      },
    ]);
  });

  it.each([
    { case: 'a function', subscription: { ...subscriptionOf('x'), protocol: 'lambda' } },
    {
      case: 'an e-mail address',
      subscription: { arn: 'PendingConfirmation', protocol: 'email', endpoint: 'a@example.com' },
    },
    {
      case: 'a queue without a dead-letter queue',
      subscription: { ...subscriptionOf('audit'), deadLetterArn: undefined },
    },
    {
      case: 'a queue with a dead-letter queue of its own',
      subscription: { ...subscriptionOf('audit'), deadLetterArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:audit-dead` },
    },
    {
      case: 'a queue of another replicator',
      subscription: {
        ...subscriptionOf('audit'),
        deadLetterArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:videos-undelivered`,
      },
    },
  ])('leaves $case alone', ({ subscription }) => {
    const { destinations, problems } = discover([subscription, subscriptionOf('photos-eu')], topic);
    expect(destinations.map(({ bucket }) => bucket)).toEqual(['photos-eu']);
    expect(problems).toEqual([]);
  });

  it('finds an inbox whose subscription has a filter, and says that not all reaches it', () => {
    const { destinations, problems } = discover([{ ...subscriptionOf('photos-eu'), filtered: true }], topic);
    expect(destinations.map(({ bucket }) => bucket)).toEqual(['photos-eu']);
    expect(problems).toEqual([expect.stringMatching(/"arn:.*:photos-eu" to the topic has a filter/)]);
  });

  it.each([
    { case: 'nobody is subscribed', subscriptions: [], problem: /No destination is subscribed/ },
    {
      case: 'a queue is not confirmed',
      subscriptions: [
        subscriptionOf('photos-eu'),
        { ...subscriptionOf('photos-dr'), arn: 'PendingConfirmation', deadLetterArn: undefined },
      ],
      problem: /"arn:aws:sqs:eu-west-1:111122223333:photos-dr" to the topic is not confirmed/,
    },
    {
      case: 'an inbox is no queue',
      subscriptions: [subscriptionOf('photos-eu'), { ...subscriptionOf('x'), endpoint: 'nonsense' }],
      problem: /Cannot understand the inbox "nonsense"/,
    },
    {
      case: 'two inboxes have one name',
      subscriptions: [subscriptionOf('photos-eu'), subscriptionOf('photos-eu', { region: 'us-west-2' })],
      problem: /Two inboxes are named after "photos-eu"/,
    },
  ])('says it if $case', ({ subscriptions, problem }) => {
    expect(discover(subscriptions, topic).problems).toEqual([expect.stringMatching(problem)]);
  });
});
