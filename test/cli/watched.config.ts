import type { Configuration } from '../../infra/config/config.ts';

/** With somebody who is to be told. */
export default {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1' },
      destinations: [{ bucket: 'photos-eu', region: 'eu-west-1' }],
      notify: ['on-call@example.com'],
      canary: false,
    },
  ],
} satisfies Configuration;
