import type { S3Client } from '@aws-sdk/client-s3';
import type { ExpiryRule } from '../../shared/expiry.ts';
import type { BucketAccess } from '../../shared/s3/s3-access.ts';
import { s3Expiry } from '../../shared/s3/s3-expiry.ts';
import type { Report } from './settle.ts';

/**
 * How the destination expires objects, as its own lifecycle says: asked when it is first needed, and once an hour from then on. S3 itself takes
 * minutes to heed a change of it, and up to days to expire what is due.
 *
 * @throws {BucketError} if S3 does not answer; it is asked again the next time.
 */
export function expiryRules(
  access: BucketAccess,
  { now, report }: { readonly now: () => number; readonly report?: Pick<Report, 'rulesLeftOut'> | undefined },
): () => Promise<readonly ExpiryRule[]> {
  return async () => {
    const known = memory.get(access.client);
    if (known !== undefined && now() < known.until) return known.rules;
    const rules = s3Expiry(access).then(({ rules, leftOut }) => {
      if (leftOut.length > 0) report?.rulesLeftOut(leftOut);
      return rules;
    });
    // Many keys ask at a time.
    memory.set(access.client, { rules, until: now() + HOUR_MS });
    rules.catch(() => memory.delete(access.client));
    return rules;
  };
}

const HOUR_MS = 3_600_000;

interface Known {
  readonly rules: Promise<readonly ExpiryRule[]>;
  readonly until: number;
}

/** Lives as long as the container, as its clients do. */
const memory = new WeakMap<S3Client, Known>();
