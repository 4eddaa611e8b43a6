import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { BucketError } from '../objects/bucket.ts';
import type { ExpiryRule } from '../expiry.ts';
import type { BucketAccess } from './s3-access.ts';
import { unlessStatus } from './s3-wire.ts';

/** What a bucket's lifecycle does to current objects. */
export interface Expiry {
  readonly rules: readonly ExpiryRule[];
  /** Why rules are not among them, a sentence each. What those expire counts as missing. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the lifecycle of a bucket. Where it must not be read it counts as empty: at worst something is copied once more.
 *
 * @throws {BucketError} if S3 gives no answer that says anything of the lifecycle.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
 */
export async function s3Expiry({ name, owner, client, signal }: BucketAccess): Promise<Expiry> {
  const command = new GetBucketLifecycleConfigurationCommand({ Bucket: name, ExpectedBucketOwner: owner });
  try {
    const answer = await unlessStatus(404, `Cannot read the lifecycle of "${name}"`, () =>
      client.send(command, { abortSignal: signal }),
    );
    return expiryOf(answer?.Rules ?? []);
  } catch (error) {
    if (error instanceof BucketError && UNREADABLE.has(error.code)) return { rules: [], leftOut: [error.message] };
    throw error;
  }
}

/** Also of servers that know no lifecycle. */
const UNREADABLE: ReadonlySet<string> = new Set(['status 403', 'status 405', 'status 501']);

/** The rules that say of a key and a size alone whether it expires. Tags of what is not there cannot be asked for. */
export function expiryOf(rules: readonly LifecycleRule[]): Expiry {
  const expiring = rules.filter(
    ({ Status, Expiration: { Days, Date: date } = {} }) =>
      Status === 'Enabled' && (Days !== undefined || date !== undefined),
  );
  return {
    rules: expiring.filter((rule) => !goesByTags(rule)).map(ruleOf),
    leftOut: expiring.filter(goesByTags).map(({ ID }) => `The lifecycle rule "${ID}" goes by tags, and is not known`),
  };
}

function goesByTags({ Filter }: LifecycleRule): boolean {
  return Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0;
}

function ruleOf({ Prefix, Filter = {}, Expiration: { Days, Date: date } = {} }: LifecycleRule): ExpiryRule {
  const filter = { ...Filter, ...Filter.And };
  return {
    // Beside the filter: as rules were written before there were filters.
    prefix: filter.Prefix ?? Prefix ?? '',
    after: date === undefined ? { days: Days ?? Infinity } : { date },
    largerThan: filter.ObjectSizeGreaterThan,
    smallerThan: filter.ObjectSizeLessThan,
  };
}
