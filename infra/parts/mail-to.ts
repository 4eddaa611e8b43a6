import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Sends what is published to a topic to these e-mail addresses, as soon as each has confirmed. */
export function mailTo(scope: Construct, topic: sns.Topic, addresses: readonly string[]): void {
  for (const address of new Set(addresses)) {
    // Named after the address, so that one that is taken away does not end the subscriptions after it.
    new sns.Subscription(scope, `To ${address}`, {
      topic,
      protocol: sns.SubscriptionProtocol.EMAIL,
      endpoint: address,
    });
  }
}
