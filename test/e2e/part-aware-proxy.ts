import { startS3Proxy, type S3Proxy } from './s3-proxy.ts';

/** Tells, as S3 does, the size of a single part on a HEAD, which the emulator does on a GET only. */
export interface PartAwareProxy extends S3Proxy {
  /** The part numbers of the part copies that came, in their order. */
  readonly partCopies: readonly number[];
}

export async function startPartAwareProxy(emulator: string): Promise<PartAwareProxy> {
  const partCopies: number[] = [];
  const proxy = await startS3Proxy(emulator, ({ method, headers }, { searchParams }) => {
    const part = searchParams.get('partNumber');
    if (headers['x-amz-copy-source'] !== undefined && part !== null) partCopies.push(Number(part));
    return { method: method === 'HEAD' && part !== null ? 'GET' : method };
  });
  return { ...proxy, partCopies };
}
