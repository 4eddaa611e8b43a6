import {
  alarmsStackName,
  backfillFunctionName,
  canaryName,
  destinationStackName,
  failedQueueName,
  longCopyName,
  notificationFunctionName,
  observerRoleName,
  reconcileName,
  reconcileStackName,
  restoreName,
  restorerRoleName,
  restoreStackName,
  sourceStackName,
  subscriberName,
  undeliveredQueueName,
  unstartedQueueName,
} from '../../shared/names.ts';
import type { PlacedDestination, PlacedSource, Problem } from './problem.ts';

/**
 * Two buckets whose names make the same name for two things: `x` with its failed queue `x-failed`, and a bucket `x-failed`.
 *
 * Regions are not told apart, though two queues in two Regions may share a name: a person reading an alarm would not either.
 */
export function nameCollisions(places: {
  readonly sources: readonly PlacedSource[];
  readonly destinations: readonly PlacedDestination[];
}): Problem[] {
  const claims = [
    ...places.sources.flatMap(({ bucket, region, path }) => [
      { name: undeliveredQueueName(bucket), use: 'the undelivered queue', kind: 'queue', bucket, path },
      { name: notificationFunctionName(bucket), use: 'the notification function', kind: 'function', bucket, path },
      { name: sourceStackName(bucket), use: 'the stack', kind: 'stack', bucket, path },
      { name: reconcileName(bucket), use: 'the reconcile function', kind: 'function', bucket, path },
      { name: reconcileName(bucket), use: 'the role of the reconcile function', kind: 'role', bucket, path },
      { name: reconcileName(bucket), use: 'the reconcile state machine', kind: 'state machine', bucket, path },
      { name: reconcileStackName(bucket), use: 'the reconcile stack', kind: 'stack', bucket, path },
      { name: restoreName(bucket), use: 'the restore function', kind: 'function', bucket, path },
      { name: restoreName(bucket), use: 'the role of the restore function', kind: 'role', bucket, path },
      { name: restoreName(bucket), use: 'the restore state machine', kind: 'state machine', bucket, path },
      { name: restoreStackName(bucket), use: 'the restore stack', kind: 'stack', bucket, path },
      { name: alarmsStackName(bucket, region), use: 'the alarms stack', kind: 'stack', bucket, path },
      { name: backfillFunctionName({ source: bucket }), use: 'the first-run function', kind: 'function', bucket, path },
      { name: canaryName(bucket), use: 'the canary function', kind: 'function', bucket, path },
      { name: canaryName(bucket), use: 'the role of the canary function', kind: 'role', bucket, path },
      { name: unstartedQueueName(bucket), use: 'the unstarted queue', kind: 'queue', bucket, path },
    ]),
    ...places.destinations.flatMap(({ bucket, path }) => [
      { name: subscriberName(bucket), use: 'the inbox', kind: 'queue', bucket, path },
      { name: subscriberName(bucket), use: 'the function', kind: 'function', bucket, path },
      { name: failedQueueName(bucket), use: 'the failed queue', kind: 'queue', bucket, path },
      { name: destinationStackName(bucket), use: 'the stack', kind: 'stack', bucket, path },
      { name: longCopyName(bucket), use: 'the long-copy state machine', kind: 'state machine', bucket, path },
      { name: observerRoleName(bucket), use: 'the observer role', kind: 'role', bucket, path },
      { name: restorerRoleName(bucket), use: 'the role of restores', kind: 'role', bucket, path },
      {
        name: backfillFunctionName({ destination: bucket }),
        use: 'the backfill function',
        kind: 'function',
        bucket,
        path,
      },
    ]),
  ];
  return claims.flatMap((claim, at) => {
    const earlier = claims.slice(0, at).find(({ name, kind }) => name === claim.name && kind === claim.kind);
    if (earlier === undefined || earlier.bucket === claim.bucket) return [];
    const message = `${claim.use} of this bucket and ${earlier.use} of "${earlier.bucket}" would both be called "${claim.name}"; use another bucket`;
    return [{ path: [...claim.path, 'bucket'], message }];
  });
}
