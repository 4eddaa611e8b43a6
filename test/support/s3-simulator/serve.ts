import { faultError, type Fault, type Faults } from './faults.ts';
import { XML } from './http/answer.ts';
import { route } from './http/routes.ts';
import type { S3Request, S3Response } from './http/request.ts';
import { errorResponse } from './http/show-object.ts';
import { S3Error } from './s3-error.ts';
import type { Store } from './store.ts';
import type { Commit } from './write.ts';

/** What one request comes to, with whatever the test has arranged on its way. */
export async function serve(call: Call): Promise<Answer> {
  const { store, request, faults } = call;
  await call.onStep?.({ at: 'received', request });
  const { latency = 0 } = call;
  const wait = typeof latency === 'number' ? latency : latency(request);
  if (wait > 0) await call.sleep(wait);
  if (call.admit?.(request) === false) return refusal(request, new S3Error('SlowDown'));
  const fault = faults.take(request);
  const cut = fault?.rule.fault === 'cut' ? true : undefined;
  if (fault && !cut && (fault.rule.when ?? 'before commit') === 'before commit') return faulty(fault, call);

  const commit = attempt(request, () => route(store, request));
  await call.onStep?.({ at: 'begun', request });
  if (fault?.rule.when === 'late') {
    if (typeof commit === 'function') fault.held.commits.push(commit);
    return faulty(fault, call);
  }
  const response = typeof commit === 'function' ? attempt(request, commit) : commit;
  await call.onStep?.({ at: 'committed', request });
  if (cut) return { ...response, cut };
  return fault ? faulty(fault, call) : response;
}

export interface Call {
  readonly store: Store;
  readonly request: S3Request;
  readonly faults: Faults;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Settles when the client is gone. */
  readonly gone: Promise<void>;
  readonly onStep?: (step: Step) => Promise<void> | void;
  readonly latency?: number | ((request: S3Request) => number);
  readonly admit?: (request: S3Request) => boolean;
}

/** `reset`: the connection is cut before the answer; `cut`: in the middle of its body. */
export type Answer = (S3Response & { readonly cut?: true }) | 'reset';

async function faulty(fault: Fault, { request, gone }: Call): Promise<Answer> {
  const kind = fault.rule.fault;
  const error = faultError(kind);
  if (kind === 'hang') {
    await Promise.race([gone, new Promise<void>((resolve) => fault.held.waiting.push(resolve))]);
  }
  if (!error) return 'reset';
  const answer = refusal(request, error);
  return kind.startsWith('200 ') ? { ...answer, status: 200, headers: XML } : answer;
}

function attempt<Result>(request: S3Request, commit: Commit<Result>): Result | S3Response {
  try {
    return commit();
  } catch (error) {
    if (error instanceof S3Error) return refusal(request, error);
    throw error;
  }
}

function refusal(request: S3Request, error: S3Error): S3Response {
  const resource = `/${request.bucket ?? ''}/${request.key ?? ''}`;
  return errorResponse(error, { resource, head: request.method === 'HEAD' });
}

export interface Step {
  readonly at: 'received' | 'begun' | 'committed' | 'answered';
  readonly request: S3Request;
}
