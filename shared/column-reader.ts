import type { S3Client } from '@aws-sdk/client-s3';
import { listPage } from './list-page.ts';
import type { ListPage } from './list-page.ts';
import { pageReader } from './page-reader.ts';

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
