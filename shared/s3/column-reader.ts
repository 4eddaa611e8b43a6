import type { S3Client } from '@aws-sdk/client-s3';
import { listPage } from '../listing/list-page.ts';
import type { ListPage } from '../listing/list-page.ts';
import { pageReader } from './page-reader.ts';
import type { PageAgain } from './page-reader.ts';

const columns = pageReader<ListPage>({
  command: 'ListObjectsV2Command',
  parse: listPage,
  fields: ['Contents', 'CommonPrefixes', 'IsTruncated', 'KeyCount'],
  instead: 'columnsOf(output)',
});

/** Has a client read the answers to ListObjectsV2 by `listPage`. */
export function addColumnReader(client: S3Client): void {
  columns.addTo(client);
}

/** What was listed, for an output of ListObjectsV2 that came through `addColumnReader`; `undefined` for every other. */
export function columnsOf(output: object): ListPage | undefined {
  return columns.pageOf(output);
}

/** Another page of a bucket that the client has listed before; `undefined`: the SDK is to be asked for it. The query is that of ListObjectsV2. */
export function pageAgain(client: S3Client, request: PageAgain): Promise<ListPage | undefined> {
  return columns.pageAgain(client, request);
}
