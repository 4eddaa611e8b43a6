import { type Pass, startS3Proxy, type S3Proxy } from './s3-proxy.ts';

/** Tells, as S3 does, the size of a single part on a HEAD, which the emulator does on a GET only. */
export interface PartAwareProxy extends S3Proxy {
  /** The part numbers of the part copies that came, in their order. */
  readonly partCopies: readonly number[];
}

/** @param pass what becomes of a request before that is done. */
export async function startPartAwareProxy(
  emulator: string,
  pass: Pass = ({ method }) => ({ method }),
): Promise<PartAwareProxy> {
  const partCopies: number[] = [];
  const proxy = await startS3Proxy(emulator, (asked, url) => {
    const part = url.searchParams.get('partNumber');
    if (asked.headers['x-amz-copy-source'] !== undefined && part !== null) partCopies.push(Number(part));
    const passage = pass(asked, url);
    if (typeof passage === 'string') return passage;
    return { ...passage, method: passage.method === 'HEAD' && part !== null ? 'GET' : passage.method };
  });
  return { ...proxy, partCopies };
}
