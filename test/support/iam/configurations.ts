import type { Configuration } from '../../../infra/config/config.ts';
import { ACCOUNT, LARGE, SMALL } from '../../infra/synthesize.ts';

/** Where buckets and topic exist already, and nothing is made beside what must be; the source is called as what restores make. */
const EXISTING = {
  replicators: [
    {
      source: {
        bucket: 'restored-pictures',
        region: 'us-east-1',
        existing: true,
        topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:told-already`,
      },
      destinations: [
        { bucket: 'photos-eu', region: 'eu-west-1', existing: true },
        { bucket: 'photos-dr', region: 'us-west-2', existing: true },
      ],
      canary: false,
      rehearsal: false,
      scrub: false,
    },
  ],
} as const satisfies Configuration;

/** Between them all that policies depend on. */
export const CONFIGURATIONS: readonly (readonly [name: string, configuration: Configuration])[] = [
  ['the smallest', SMALL],
  ['every choice', LARGE],
  ['what exists already', EXISTING],
];
