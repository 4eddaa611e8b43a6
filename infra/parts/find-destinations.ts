import * as iam from 'aws-cdk-lib/aws-iam';
/**
 * The reference names no resource for GetSubscriptionAttributes, but a refusal of SNS names the topic.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
export function findDestinations(topic: string): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ListSubscriptions',
      actions: ['sns:ListSubscriptionsByTopic'],
      resources: [topic],
    }),
    new iam.PolicyStatement({
      sid: 'ReadSubscriptions',
      actions: ['sns:GetSubscriptionAttributes'],
      resources: [topic],
    }),
  ];
}
