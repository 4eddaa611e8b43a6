import { sourceStackName } from '../../shared/names.ts';
import type { SourceEvents } from './facts.ts';
import type { Found } from './found.ts';

/** Whether the source tells the topic, ours or one of others, of all that happens in it. */
export function aboutEvents(about: string, events: SourceEvents | undefined): readonly Found[] {
  if (events === undefined || events.told === 'all') return [];
  const { topicArn, ours, told, missing } = events;
  const what =
    told === 'nothing'
      ? `no notification of the bucket tells the topic ${topicArn} of what is put`
      : `the notifications of the bucket tell the topic ${topicArn} of some of what is put only, and not of every ${missing.join(', ')}`;
  const then = `then npm run reconcile -- --source ${about} copies what was missed.`;
  return [
    {
      kind: 'no events',
      about,
      what: ours ? `${what}: somebody has changed our rule` : what,
      remedy: ours
        ? `npx cdk deploy ${sourceStackName(about)} -c again=$(date +%s) puts it back; ${then}`
        : `Let rules of the bucket without prefix and suffix tell that topic of ${missing.join(', ')}; ${then}`,
    },
  ];
}
