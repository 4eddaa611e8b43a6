import type { Configuration } from '../../infra/config/config.ts';

export default {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1', existing: true },
      destinations: [
        { bucket: 'photos-eu', region: 'eu-west-1' },
        { bucket: 'photos-near', region: 'us-east-1' },
      ],
    },
    {
      source: { bucket: 'films', region: 'eu-central-1', existing: true },
      destinations: [{ bucket: 'films-dr', region: 'us-west-2' }],
    },
  ],
} satisfies Configuration;
