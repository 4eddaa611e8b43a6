import type { Configuration } from 's3-fanout-replicator';

export default {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1' },
      destinations: [{ bucket: 'photos-eu', region: 'eu-west-1' }],
    },
  ],
} satisfies Configuration;
