import { parseArn } from '../../shared/topic/arn.ts';
import { sourceStackName, topicName } from '../../shared/names.ts';
import { SOURCE_EVENT_NAMES } from '../../shared/topic/source-events.ts';
import type { World } from './world.ts';

/**
 * What is wrong with what the source tells the topic: somebody may have replaced the bucket's notifications, and then nothing fails, and
 * all is left to the runs. Never throws: what cannot be read says nothing.
 */
export async function sourceTells(
  world: Pick<World, 'toldOf' | 'log'> & { readonly settings: Pick<World['settings'], 'source' | 'topicArn'> },
): Promise<readonly string[]> {
  const { source, topicArn } = world.settings;
  try {
    const told = await world.toldOf();
    if (told.of === 'all') return [];
    const what = told.of === 'some' ? `of some changes only (not of every ${told.missing.join(', ')})` : 'of nothing';
    const remedy =
      parseArn(topicArn)?.resource === topicName(source.bucket)
        ? `put our notification back: npx cdk deploy ${sourceStackName(source.bucket)} -c again=<anything>`
        : `let the bucket send ${SOURCE_EVENT_NAMES.join(', ')} of all keys to that topic`;
    return [
      `The notifications of "${source.bucket}" tell the topic "${topicArn}" ${what}, so that only runs of the reconcile copy the rest: ${remedy}`,
    ];
  } catch (error) {
    world.log.error('notifications not read', { error });
    return [];
  }
}
