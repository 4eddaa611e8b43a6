import { NotFoundException } from '@aws-sdk/client-sns';
import type { Replicator } from '../../infra/config/replicator.ts';
import { parseArn } from '../../shared/topic/arn.ts';
import { alarmsStackName, alarmsTopicName, reconcileStackName, restoreStackName } from '../../shared/names.ts';
import { subscriptionsTo } from '../../shared/topic/subscriptions-to.ts';
import { clientOptions } from '../aws/client-options.ts';
import type { ReconcileStack } from '../find/reconcile-stack.ts';
import type { RestoreStack } from '../find/restore-stack.ts';
import { partitionOf } from '../find/topic-arn.ts';
import type { Address, Alarm } from './facts.ts';
import { isUnread } from './reading.ts';
import type { Reading } from './reading.ts';

/** A topic that tells people of something, and who is to be told by it. */
interface Telling {
  readonly topicArn: string;
  readonly addresses: readonly string[];
  /** That makes it. */
  readonly stack: string | undefined;
}

type Around = {
  readonly reconcile: Reading<ReconcileStack>;
  readonly restore: Reading<RestoreStack>;
  readonly alarms: readonly Alarm[];
};

/**
 * The e-mail addresses that are to be told of reports, and of alarms in each Region, and are not.
 *
 * @throws if a topic cannot be read.
 */
export async function readAddresses(replicator: Replicator, around: Around): Promise<readonly Address[]> {
  const found = await Promise.all(tellings(replicator, around).map(missingAt));
  return found.flat();
}

function tellings(
  { source, destinations, reconcile, alarms: { notify } }: Replicator,
  around: Around,
): readonly Telling[] {
  const reports = [
    { stack: reconcileStackName(source.bucket), read: around.reconcile },
    { stack: restoreStackName(source.bucket), read: around.restore },
  ];
  const regions = [...new Set([source, ...destinations].map(({ region }) => region))];
  const configured: readonly Telling[] = [
    ...reports.flatMap(({ stack, read }) => {
      const topicArn = isUnread(read) ? undefined : read.reportsTopicArn;
      return topicArn === undefined ? [] : [{ topicArn, addresses: reconcile.notify, stack }];
    }),
    ...regions.map((region) => ({
      topicArn: `arn:${partitionOf(region)}:sns:${region}:${source.account}:${alarmsTopicName(source.bucket)}`,
      addresses: notify,
      stack: alarmsStackName(source.bucket, region),
    })),
  ];
  const known = new Set(configured.map(({ topicArn }) => topicArn));
  // Somebody may have had the alarms tell other topics, too.
  const others = [...new Set(around.alarms.flatMap(({ topics }) => topics))].filter((topicArn) => !known.has(topicArn));
  return [...configured, ...others.map((topicArn) => ({ topicArn, addresses: [], stack: undefined }))];
}

async function missingAt({ topicArn, addresses, stack }: Telling): Promise<readonly Address[]> {
  const about = { topicArn, ...(stack !== undefined && { stack }) };
  const region = parseArn(topicArn)?.region ?? '';
  const subscriptions = await subscriptionsTo(topicArn, region, clientOptions(region)).catch((error: unknown) => {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  });
  if (subscriptions === undefined) {
    const address = addresses.length === 0 ? 'whoever is to get the alarms' : addresses.join(', ');
    return [{ ...about, address, why: 'no topic' }];
  }
  const mails = subscriptions.filter(({ protocol }) => protocol === 'email' || protocol === 'email-json');
  const pending = mails.filter(({ arn }) => !arn.startsWith('arn:'));
  // SNS drops an address that does not confirm within two days, and nobody puts it back.
  const dropped = addresses.filter((address) => !mails.some(({ endpoint }) => endpoint === address));
  return [
    ...pending.map(({ endpoint: address }) => ({ ...about, address, why: 'not confirmed' as const })),
    ...dropped.map((address) => ({ ...about, address, why: 'not subscribed' as const })),
    ...(subscriptions.length === 0 && addresses.length === 0
      ? [{ ...about, address: 'nobody', why: 'nobody' as const }]
      : []),
  ];
}
