import { Buffer } from 'node:buffer';
import { S3RestXmlProtocol } from '@aws-sdk/middleware-sdk-s3/s3';
import { isErrorBody, listPage } from './list-page.ts';
import type { ListPage } from './list-page.ts';

/**
 * The SDK's protocol for S3, but for the body of an answer to ListObjectsV2, which `listPage` reads in a small part of the time. Given
 * to a client as `protocol`, it leaves signing, credentials, endpoints, retries, errors and all other operations as they are.
 *
 * The columns are had by `listPageOf`. The output itself has no rows: to ask it for them is an error, since one without any would look
 * like an empty bucket.
 *
 * The option is public, the class beneath is not: its package is pinned to the version that the SDK itself uses.
 */
export class ListProtocol extends S3RestXmlProtocol {
  override async deserializeResponse<Output extends Deserialized>(
    ...[operation, context, response]: Deserialization
  ): Promise<Output> {
    // The SDK makes a 503 of an error that came as a 200, if it ends as it should.
    if (operation.name !== 'ListObjectsV2' || response.statusCode !== 200) {
      return super.deserializeResponse<Output>(operation, context, response);
    }
    const body = await bytesOf(response.body);
    if (isErrorBody(body)) {
      return super.deserializeResponse<Output>(operation, context, { ...response, statusCode: 503, body });
    }
    const page = listPage(body);
    const output = await super.deserializeResponse<Output>(operation, context, { ...response, body: NOTHING });
    pages.set(output, page);
    return Object.defineProperties(output, WITHOUT_ROWS);
  }
}

/** What was listed, for an output of ListObjectsV2 that came through a client with `ListProtocol`; for others `undefined`. */
export function listPageOf(output: object): ListPage | undefined {
  return pages.get(output);
}

type Deserialization = Parameters<S3RestXmlProtocol['deserializeResponse']>;
type Deserialized = Awaited<ReturnType<S3RestXmlProtocol['deserializeResponse']>>;

const pages = new WeakMap<object, ListPage>();
const NOTHING = new Uint8Array();

const noRows: PropertyDescriptor = {
  get() {
    throw new TypeError('This client lists into columns: take them from listPageOf(output)');
  },
};
const WITHOUT_ROWS = { Contents: noRows, CommonPrefixes: noRows, IsTruncated: noRows, KeyCount: noRows };

/** The whole of it. Where it came in one piece it is not copied once more, which the SDK's own collector would do. */
async function bytesOf(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const [first = NOTHING] = chunks;
  return chunks.length > 1 ? Buffer.concat(chunks) : first;
}
