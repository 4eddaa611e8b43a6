import { isMeant, type Asked, type RequestFilter } from './request-filter.ts';
import { S3Error, type ErrorCode } from './s3-error.ts';
import type { Commit } from './write.ts';

/** Faults on demand, for a simulator that runs. */
export interface Faults {
  /** From now on the requests that the rule means fail as it says; of several rules the oldest decides. */
  add(rule: FaultRule): Fault;
  /** The fault of a request, counted against its rule. */
  take(request: Asked): Fault | undefined;
  /** Ends all rules and lets go whatever they hold. */
  clear(): void;
}

export interface FaultRule {
  readonly match: RequestFilter;
  /** How often; once if not said. */
  readonly times?: number | 'always';
  readonly fault: FaultKind;
  /**
   * `before commit`: nothing is done. `after commit`: it is done, and the client is not told. `late`: the operation begins (a copy
   * has taken its source's bytes), the client gets the fault, and the commit comes when the test calls `release`.
   */
  readonly when?: 'before commit' | 'after commit' | 'late';
}

/**
 * `200 …` is an answer that begins well and has an error for a body. `hang`: none, until released or the client is gone. `cut`: the right one, but the
 * connection breaks in the middle of its body.
 */
export type FaultKind = keyof typeof CODES | 'reset' | 'hang' | 'cut';

export interface Fault {
  readonly rule: FaultRule;
  /** How many requests it has met. */
  hits(): number;
  /** Lets late commits happen, in the order of their beginnings, and ends what hangs. Tells what became of each commit. */
  release(): readonly Landed[];
  /** Meets no more requests; what it holds it keeps. */
  stop(): void;
  /** For the server. */
  readonly held: Held;
}

export type Landed = 'committed' | ErrorCode;

interface Held {
  commits: Commit<unknown>[];
  waiting: (() => void)[];
  hits: number;
}

export function createFaults(): Faults {
  let active: { readonly fault: Fault; left: number }[] = [];
  const all: Fault[] = [];
  return {
    add(rule) {
      const fault = faultOf(rule, () => (active = active.filter((entry) => entry.fault !== fault)));
      active.push({ fault, left: rule.times === 'always' ? Infinity : (rule.times ?? 1) });
      all.push(fault);
      return fault;
    },
    take(request) {
      const entry = active.find(({ fault, left }) => left > 0 && isMeant(fault.rule.match, request));
      if (!entry) return undefined;
      entry.left -= 1;
      entry.fault.held.hits += 1;
      return entry.fault;
    },
    clear() {
      active = [];
      for (const fault of all.splice(0)) fault.release();
    },
  };
}

/** The error that a fault answers with; `undefined` where the answer is none. */
export function faultError(kind: FaultKind): S3Error | undefined {
  return kind === 'reset' || kind === 'hang' || kind === 'cut' ? undefined : new S3Error(CODES[kind]);
}

const CODES = {
  '200 InternalError': 'InternalError',
  '200 SlowDown': 'SlowDown',
  '400 BadRequest': 'BadRequest',
  '403 AccessDenied': 'AccessDenied',
  '404 NoSuchKey': 'NoSuchKey',
  '404 NoSuchBucket': 'NoSuchBucket',
  '409 ConditionalRequestConflict': 'ConditionalRequestConflict',
  '412 PreconditionFailed': 'PreconditionFailed',
  '429 TooManyRequests': 'TooManyRequests',
  '500 InternalError': 'InternalError',
  '502 BadGateway': 'BadGateway',
  '503 SlowDown': 'SlowDown',
  '504 GatewayTimeout': 'GatewayTimeout',
} as const;

function faultOf(rule: FaultRule, stop: () => void): Fault {
  const held: Held = { commits: [], waiting: [], hits: 0 };
  return {
    rule,
    held,
    stop,
    hits: () => held.hits,
    release() {
      for (const wake of held.waiting.splice(0)) wake();
      return held.commits.splice(0).map(land);
    },
  };
}

function land(commit: Commit<unknown>): Landed {
  try {
    commit();
    return 'committed';
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}
