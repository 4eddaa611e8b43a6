import { backOff } from '../back-off.ts';
import { BucketError } from '../objects/bucket.ts';
import type { Bucket, DestinationBucket } from '../objects/bucket.ts';
import type { Pace } from './pace.ts';
import type { CopyWorld } from './copy-world.ts';

/**
 * The same world for somebody who need not know of SlowDown: what S3 refuses for its load is sent again, at the pace that it admits and
 * after a pause with jitter, until the world's `sleep` throws because the time of the invocation is up.
 *
 * What was refused so was not done, not even begun, and the conditions go with every request: sending the same one again is as safe as
 * having waited before the first, and needs no new look at either side.
 *
 * Only requests that write have a pace. For reads S3 has a limit of its own, per bucket and higher, and a pause after a refusal is enough.
 */
export function heedSlowDown(world: CopyWorld, pace: Pace, report?: { readonly throttled: () => void }): CopyWorld {
  const { source, destination, sleep, random } = world;
  const { name } = destination;
  return {
    ...world,
    source: patientBucket(source),
    destination: {
      ...patientBucket(destination),
      copy: (request) => admitted(request.key, () => destination.copy(request)),
      copyPart: (upload, part) => admitted(upload.key, () => destination.copyPart(upload, part)),
      completeUpload: (upload, parts) => admitted(upload.key, () => destination.completeUpload(upload, parts)),
      beginUpload: (request) => patiently(() => destination.beginUpload(request)),
      doneParts: (upload) => patiently(() => destination.doneParts(upload)),
      setTags: (key, tags) => admitted(key, () => destination.setTags(key, tags)),
      // Also when no time is left: it has a patience of its own.
      abortUpload: (upload) => destination.abortUpload(upload),
    } satisfies DestinationBucket,
  };

  async function admitted<Answer extends { readonly answer: string; readonly slowDown?: true }>(
    key: string,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const request = await inTime(key, pace.turn());
      const answer = await ask();
      const slowDown = answer.slowDown ?? false;
      pace.heard(request, { slowDown });
      if (!slowDown) return answer;
      report?.throttled();
      await inTime(key, sleep(backOff(attempt, random())));
    }
  }

  async function inTime<T>(key: string, pause: Promise<T>): Promise<T> {
    try {
      return await pause;
    } catch (cause) {
      throw new Error(`Cannot copy "${key}" to "${name}": S3 says SlowDown, and the time of the invocation is up`, {
        cause,
      });
    }
  }

  function patientBucket(bucket: Bucket): Bucket {
    return {
      name: bucket.name,
      head: (key, options) => patiently(() => bucket.head(key, options)),
      headPart: (key, part) => patiently(() => bucket.headPart(key, part)),
      tags: (key, versionId) => patiently(() => bucket.tags(key, versionId)),
      digest: (key, of) => patiently(() => bucket.digest(key, of)),
      look: () => patiently(() => bucket.look()),
    };
  }

  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!isSlowDown(error)) throw error;
        report?.throttled();
        await sleep(backOff(attempt, random())).catch(() => {
          throw error;
        });
      }
    }
  }
}

/** The answer to a HEAD has no body, so its status must do. */
function isSlowDown(error: unknown): boolean {
  return error instanceof BucketError && SLOW_DOWN.has(error.code);
}

const SLOW_DOWN: ReadonlySet<string> = new Set(['SlowDown', 'TooManyRequests', 'status 503', 'status 429']);
