import * as v from 'valibot';
import { requestSchema, TOKEN } from './request.ts';
import type { Place, Request } from './request.ts';

/** One run, as its steps hand it on to each other. Everything else is in its folders of the reports bucket. */
export interface Run {
  readonly token: string;
  /** The ARN of the execution of the state machine. */
  readonly execution: string;
  readonly startedAt: string;
  readonly request: Request;
  /** Where it writes. */
  readonly target: Place;
}

const place = v.object({ bucket: v.string(), region: v.string(), account: v.string() });

export const runSchema: v.GenericSchema<unknown, Run> = v.object({
  token: v.pipe(v.string(), v.regex(TOKEN)),
  execution: v.string(),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  request: requestSchema,
  target: place,
});

type Token = Pick<Run, 'token'>;

/** Where the files of a run are. `work/` is thrown away after two weeks, `runs/` is what people read. */
export const paths = {
  /** Who has begun, with what request. */
  begun: ({ token }: Token) => `runs/${token}/request.json`,
  /** Keys that were asked for: one in each line, as JSON. */
  keyFile: ({ token }: Token, number: number) => `work/${token}/keys/${String(number).padStart(6, '0')}.jsonl`,
  plan: ({ token }: Token) => `work/${token}/plan.json`,
  cuts: ({ token }: Token) => `work/${token}/cuts.json`,
  /** What the state machine maps over: `[{ "share": 0 }, …]`. */
  shares: ({ token }: Token, step: ShareStep) => `work/${token}/${step}.json`,
  share: ({ token }: Token, step: ShareStep, share: number) => `work/${token}/${step}/${share}.json`,
  waiting: ({ token }: Token) => `work/${token}/waiting`,
  keys: ({ token }: Token) => `runs/${token}/keys`,
  report: ({ token }: Token) => `runs/${token}/report.json`,
  page: ({ token }: Token) => `runs/${token}/report.html`,
} as const;

/** `restore`: all that can be restored at once. `finish`: what has to wait, or takes longer than an invocation. */
export type ShareStep = 'restore' | 'finish';

/** Where the state machine finds a list of shares. */
export interface SharesFile {
  readonly bucket: string;
  readonly key: string;
}
