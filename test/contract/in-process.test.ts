import { inProcessBucket, inProcessDestination } from '../support/s3-simulator/in-process.ts';
import { deleteObject } from '../support/s3-simulator/delete-object.ts';
import { putObject } from '../support/s3-simulator/put-object.ts';
import { createBucket, createStore } from '../support/s3-simulator/store.ts';
import { bucketContract } from './bucket-contract.ts';
import type { Ground, NewObject } from './ground.ts';

/** The stories of `test/support/story.ts` stand on this adapter: it must be what the real one is. */
bucketContract('the simulator, in process', () => Promise.resolve(inProcessGround()));

function inProcessGround(): Ground {
  const store = createStore();
  const owner = '111122223333';
  const strange = { owner: '999999999999' };
  const sides = { source: { name: 'source', owner }, destination: { name: 'destination', owner } };
  for (const side of Object.values(sides)) createBucket(store, { ...side, versioning: 'enabled' });
  const missing = { name: 'missing' };
  const { source } = sides;
  return {
    source: inProcessBucket({ store, ...source }),
    destination: inProcessDestination({ store, ...sides.destination, source }),
    strange: {
      source: inProcessBucket({ store, ...source, ...strange }),
      destination: inProcessDestination({ store, ...sides.destination, ...strange, source }),
      copyOfStrangers: inProcessDestination({ store, ...sides.destination, source: { ...source, ...strange } }),
    },
    pinned: (versionId) => ({
      source: inProcessBucket({ store, ...source, versionId }),
      destination: inProcessDestination({ store, ...sides.destination, source: { ...source, versionId } }),
    }),
    missing: {
      source: inProcessBucket({ store, ...source, ...missing }),
      destination: inProcessDestination({ store, ...sides.destination, ...missing, source }),
    },
    async put(side, key, object) {
      putObject(store, { bucket: sides[side].name, key, content: object.content, attributes: attributesOf(object) });
    },
    async remove(side, key) {
      deleteObject(store, { bucket: sides[side].name, key });
    },
    cleanUp: () => Promise.resolve(),
  };
}

function attributesOf(object: NewObject) {
  const headers = {
    'content-type': object.contentType,
    'content-encoding': object.contentEncoding,
    'content-language': object.contentLanguage,
    'content-disposition': object.contentDisposition,
    'cache-control': object.cacheControl,
    expires: object.expires?.toUTCString(),
  };
  return {
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    metadata: object.metadata ?? {},
    tags: Object.entries(object.tags ?? {}).map(([key, value]) => ({ key, value })),
    ...(object.websiteRedirect !== undefined && { websiteRedirect: object.websiteRedirect }),
  };
}
