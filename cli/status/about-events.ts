import { sourceStackName } from '../../shared/names.ts';
import type { SourceEvents } from './facts.ts';
import type { Found } from './found.ts';

/** Whether the source tells of what is put into it. How somebody else's topic is fed is for them to know. */
export function aboutEvents(about: string, events: SourceEvents | undefined): readonly Found[] {
  if (events === undefined || events.told === 'all') return [];
  const { topicArn, ours, told } = events;
  const what =
    told === 'nothing'
      ? `no notification of the bucket tells the topic ${topicArn} of what is put`
      : `the notifications of the bucket tell the topic ${topicArn} of some of what is put only`;
  if (!ours)
    return [
      {
        kind: 'notice',
        about,
        what,
        remedy: 'Nothing, if several rules tell of all together, or the topic gets the messages of S3 in another way.',
      },
    ];
  return [
    {
      kind: 'no events',
      about,
      what: `${what}: somebody has changed our rule`,
      remedy: `npx cdk deploy ${sourceStackName(about)} -c again=$(date +%s) puts it back; then npm run reconcile -- --source ${about} copies what was missed.`,
    },
  ];
}
