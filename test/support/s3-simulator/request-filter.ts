import type { Operation } from './http/operation.ts';

/** Which requests are meant: those a function picks, or those that have all of the given properties. */
export type RequestFilter =
  ((request: Asked) => boolean) | { readonly operation?: Operation; readonly bucket?: string; readonly key?: string };

export interface Asked {
  readonly method: string;
  /** Absent if the simulator does not know what is asked for. */
  readonly operation?: Operation;
  readonly bucket?: string;
  /** Decoded. */
  readonly key?: string;
  readonly query: URLSearchParams;
  /** By lower-case name, trailers of the body included. */
  readonly headers: Readonly<Record<string, string>>;
}

export function isMeant(filter: RequestFilter, request: Asked): boolean {
  if (typeof filter === 'function') return filter(request);
  const { operation, bucket, key } = filter;
  return (
    (operation === undefined || operation === request.operation) &&
    (bucket === undefined || bucket === request.bucket) &&
    (key === undefined || key === request.key)
  );
}
