import { isMeant, type Asked, type RequestFilter } from './request-filter.ts';

/** What came over the wire, in the order of arrival. */
export interface RequestLog {
  readonly all: readonly LoggedRequest[];
  /** Those that a filter means. */
  only(filter: RequestFilter): readonly LoggedRequest[];
  count(filter?: RequestFilter): number;
  clear(): void;
}

export interface LoggedRequest extends Asked {
  /** `undefined` until it is answered; `reset`: the connection was cut instead. */
  status: number | 'reset' | undefined;
}

export function createRequestLog(): RequestLog & { add(request: Asked): LoggedRequest } {
  const all: LoggedRequest[] = [];
  const only = (filter: RequestFilter): LoggedRequest[] => all.filter((request) => isMeant(filter, request));
  return {
    all,
    only,
    count: (filter = {}) => only(filter).length,
    clear: () => all.splice(0),
    add({ method, operation, bucket, key, query, headers }) {
      const entry: LoggedRequest = {
        method,
        ...(operation && { operation }),
        ...(bucket !== undefined && { bucket }),
        ...(key !== undefined && { key }),
        query,
        headers,
        status: undefined,
      };
      all.push(entry);
      return entry;
    },
  };
}
