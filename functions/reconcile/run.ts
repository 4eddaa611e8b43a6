import { createHash } from 'node:crypto';
import * as v from 'valibot';

/** One run, as its steps hand it on to each other. Everything else is in its folder of the reports bucket. */
export interface Run {
  /** Names its folders; sorts by time: `2026-11-21T01-00-00Z-1a2b3c4d`. */
  readonly id: string;
  /** The ARN of the execution of the state machine. */
  readonly execution: string;
  readonly startedAt: string;
  readonly request: Request;
  /** A run that a deploy started sweeps twice. */
  readonly pass: number;
  /** Of a run over all destinations: those that other runs had when it began. */
  readonly leftOut?: readonly LeftOut[] | undefined;
}

export interface LeftOut {
  readonly bucket: string;
  /** Its id: the run that has it. */
  readonly run: string;
}

/** What a run is asked to do: the input of the execution. */
export interface Request {
  readonly trigger: 'schedule' | 'deploy' | 'hand';
  /** Only this destination. */
  readonly destination?: string | undefined;
  /** Only keys that begin with this. */
  readonly prefix?: string | undefined;
  /** Compare and report; repair nothing. */
  readonly verifyOnly?: boolean | undefined;
  /** Minutes that the event path may take, instead of those of the configuration. */
  readonly eventMinutes?: number | undefined;
}

export const requestSchema: v.GenericSchema<unknown, Request> = v.strictObject({
  trigger: v.picklist(['schedule', 'deploy', 'hand']),
  destination: v.optional(v.pipe(v.string(), v.minLength(3))),
  prefix: v.optional(v.pipe(v.string(), v.minLength(1))),
  verifyOnly: v.optional(v.boolean()),
  eventMinutes: v.optional(v.pipe(v.number(), v.minValue(0))),
});

export const RUN_ID = /^[0-9TZ-]+-[0-9a-f]{8}$/;

export const runSchema: v.GenericSchema<unknown, Run> = v.object({
  id: v.pipe(v.string(), v.regex(RUN_ID)),
  execution: v.string(),
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  request: requestSchema,
  pass: v.pipe(v.number(), v.integer(), v.minValue(1)),
  leftOut: v.optional(v.array(v.object({ bucket: v.string(), run: v.string() }))),
});

/** The run of one execution and pass: the same one, however often it is asked for. */
export function newRun({ execution, startedAt, pass, request }: Omit<Run, 'id'>): Run {
  const hash = createHash('sha256').update(`${execution} ${pass}`).digest('hex').slice(0, 8);
  const time = `${new Date(startedAt).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  return { id: `${time}-${hash}`, execution, startedAt, request, pass };
}

/** Where the files of a run are. `work/` is thrown away after two weeks, `runs/` is what people read, `state/` stays. */
export const paths = {
  plan: ({ id }: Run) => `work/${id}/plan.json`,
  cuts: ({ id }: Run) => `work/${id}/cuts.json`,
  /** What the state machine maps over: `[{ "share": 0 }, …]`. */
  shares: ({ id }: Run, step: Step) => `work/${id}/${step}.json`,
  share: ({ id }: Run, step: Step, share: number) => `work/${id}/${step}/${share}.json`,
  differences: ({ id }: Run) => `work/${id}/differences`,
  scrubs: ({ id }: Run) => `work/${id}/scrubs`,
  nomination: ({ id }: Run) => `work/${id}/nomination.json`,
  /** How far the last look came. */
  looks: ({ id }: Run) => `work/${id}/looks.json`,
  /** How the waiting ended. */
  settling: ({ id }: Run) => `work/${id}/settling.json`,
  keys: ({ id }: Pick<Run, 'id'>) => `runs/${id}/keys`,
  report: ({ id }: Pick<Run, 'id'>) => `runs/${id}/report.json`,
  page: ({ id }: Pick<Run, 'id'>) => `runs/${id}/report.html`,
  lock: 'state/running.json',
  samples: 'state/samples.json',
  history: 'state/history.json',
  /** Which report was written last, of any run: the history has whole runs only. */
  last: 'state/last.json',
  destinations: 'state/destinations/',
  destination: (bucket: string) => `state/destinations/${bucket}.json`,
} as const;

/** Where the state machine finds a list of shares. */
export interface SharesFile {
  readonly bucket: string;
  readonly key: string;
}

/** The two steps that list; the second one only what differed. */
export type Step = 'sweep' | 'verify';
