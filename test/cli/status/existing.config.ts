import { SMALL } from '../../infra/synthesize.ts';

const [{ source, destinations }] = SMALL.replicators;

/** Buckets that were there before. */
export const EXISTING = {
  replicators: [
    {
      source: { ...source, existing: true },
      destinations: destinations.map((destination) => ({ ...destination, existing: true })),
    },
  ],
};

export default EXISTING;
