import { parseArn } from './arn.ts';
import { assumedRole } from './assumed-role.ts';
import type { DestinationAddress } from './discover.ts';
import { observerRoleName } from '../names.ts';

/** Credentials of the observer role of a destination, which the SDK renews before they end. */
export function observerCredentials(
  { bucket, account, inboxArn }: Pick<DestinationAddress, 'bucket' | 'account' | 'inboxArn'>,
  { region, functionName }: { readonly region: string; readonly functionName: string },
) {
  const partition = parseArn(inboxArn)?.partition ?? 'aws';
  return assumedRole(`arn:${partition}:iam::${account}:role/${observerRoleName(bucket)}`, {
    region,
    sessionName: functionName,
  });
}
