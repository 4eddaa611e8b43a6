import * as v from 'valibot';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { placeSchema, requestSchema, TOKEN } from '../request.ts';
import type { Place, Request } from '../request.ts';

/** One rehearsal of one destination: the input of its execution is `{ "rehearse": … }`. */
export interface Rehearsal {
  /** Names it and its files, and is the token of its restore. */
  readonly token: string;
  readonly from: Place;
}

export const rehearsalSchema: v.GenericSchema<unknown, Rehearsal> = v.strictObject({
  token: v.pipe(v.string(), v.regex(TOKEN)),
  from: placeSchema,
});

const inputSchema = v.strictObject({ rehearse: rehearsalSchema });

/** @returns `undefined` if the input of an execution asks for something else. */
export function rehearsalIn(input: unknown): Rehearsal | undefined {
  const read = v.safeParse(inputSchema, input);
  return read.success ? read.output.rehearse : undefined;
}

type Token = Pick<Rehearsal, 'token'>;

/** `work/` is thrown away after two weeks, `runs/` is what people read, `state/` stays. */
export const rehearsalPaths = {
  /** How far the choice is, and what was chosen. */
  choice: ({ token }: Token) => `work/${token}/choice.json`,
  comparison: ({ token }: Token) => `work/${token}/comparison.json`,
  /** What the comparison of each object has shown. */
  compared: ({ token }: Token) => `runs/${token}/compared`,
  result: ({ token }: Token) => `runs/${token}/rehearsal.json`,
  memory: (destination: string) => `state/rehearsals/${destination}.json`,
} as const;

/** As a restore whose copies can meet no others, and nobody keeps. Encrypted as new objects are: what matters here is what they hold. */
export function restoreOf(
  { token, from }: Rehearsal,
  scratch: Pick<Place, 'bucket' | 'region'>,
  secondAt?: string,
): Request {
  const request = {
    token,
    from,
    to: { ...scratch, prefix: scratchPrefix({ token }) },
    select: { keyFiles: secondAt === undefined ? 1 : 2 },
    ...(secondAt !== undefined && { secondAt }),
    undelete: false,
    // There is nothing yet; and nothing is replaced in a bucket without versions.
    existing: 'skip',
    encryption: { as: 'sse-s3' },
    tier: 'standard',
    dryRun: false,
    rehearsal: true,
  };
  return v.parse(requestSchema, request);
}

/** Of every key in the scratch bucket: two rehearsals never find what the other one has put there. */
export function scratchPrefix({ token }: Token): string {
  return objectKey(`${token}/`);
}
