import type { Configuration } from './infra/config/config.ts';

export default {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1' },
      destinations: [
        { bucket: 'photos-eu', region: 'eu-west-1' },
        // A copy that is read only after a disaster can be kept for less.
        { bucket: 'photos-dr', region: 'us-west-2', storageClass: 'STANDARD_IA' },
      ],
    },
  ],
  // A bucket that exists already gets `existing: true` and keeps its settings. No account is written here, so the stacks go to
  // the account of the credentials with which they are deployed. An editor shows every other field and its default.
} satisfies Configuration;
