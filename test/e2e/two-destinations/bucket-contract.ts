import { vi } from 'vitest';
import { s3Client } from '../../../shared/s3/s3-bucket.ts';
import { bucketContract } from '../../contract/bucket-contract.ts';
import { sdkGround } from '../../contract/sdk-ground.ts';
import { emulator } from '../emulator.ts';

/** What the emulator cannot do is expected to fail: a release that can is noticed here. The simulator proves all of it. */
bucketContract(
  'the emulator',
  async () => {
    const { endpoint, account, environment } = emulator;
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const side = (name: string, region: string) => {
      const client = (attempts: number) => s3Client(region, { attempts, sockets: 10, endpoint });
      return { name: `e2e-contract-${name}`, client: client(3), commitClient: client(1) };
    };
    const ground = await sdkGround(account, {
      source: side('source', 'us-east-1'),
      destination: side('destination', 'eu-west-1'),
    });
    return {
      ...ground,
      async cleanUp() {
        await ground.cleanUp();
        vi.unstubAllEnvs();
      },
    };
  },
  {
    cannot: [
      // It looks at the source's condition only, and copies whatever the destination's says.
      'copy() says "moved" when there is a replica already',
      'copy() says "moved" when the replica is another one',
      'copy() says "moved" when the replica is gone',
      // It does not ask whose a bucket is.
      'head() refuses a bucket of somebody else',
      'look() refuses a bucket of somebody else',
      'copy() is refused by a destination of somebody else',
      'copy() is refused by a source of somebody else',
      // It keeps tags and copies them, but a HEAD does not count them.
      'head() tells the number of tags',
      'copy() carries tags',
      'copy() takes a version that others lie on',
      // It has the tags of the current version only.
      'a version is seen as it was',
      // It copies the redirect with the metadata, as S3 does not.
      'copy() carries no website redirect by itself',
      'beginUpload() refuses a bucket of somebody else',
      'copyPart() is refused by a source of somebody else',
      // It tells the size of a part on a GET only.
      'headPart() tells the size of a part, and how many there are',
      // Of an object that was uploaded in parts it forgets the tags, and keeps no checksum of parts that were copied.
      'beginUpload() sets tags',
      'beginUpload() chooses the checksum: one of the whole object',
      'beginUpload() chooses the checksum: one of those of the parts',
      'beginUpload() chooses the checksum: SHA512',
    ],
  },
);
