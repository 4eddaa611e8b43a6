import type { ObjectState } from '../../../shared/objects/bucket.ts';
import { bucketNamed } from './store.ts';
import type { Store } from './store.ts';
import { isArchived } from './stored-object.ts';
import type { StoredObject } from './stored-object.ts';

export function stateOf(store: Store, object: StoredObject, bucket: string): ObjectState {
  const versioned = bucketNamed(store, bucket).versioning !== 'off';
  const { headers, websiteRedirect } = object;
  const named = {
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    contentLanguage: headers['content-language'],
    contentDisposition: headers['content-disposition'],
    cacheControl: headers['cache-control'],
    expires: headers.expires,
    websiteRedirect,
  };
  return {
    etag: object.etag,
    size: object.content.size,
    lastModified: new Date(Math.floor(object.modified / 1000) * 1000),
    ...(versioned && { versionId: object.versionId }),
    kms: object.encryption.type === 'aws:kms',
    ...(object.encryption.type === 'aws:kms' && { kmsKeyArn: object.encryption.keyId }),
    archived: isArchived(object),
    ...(object.archiveStatus !== undefined && { archiveStatus: object.archiveStatus }),
    description: {
      ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
      metadata: object.metadata,
      tagCount: object.tags.length,
    },
  };
}
