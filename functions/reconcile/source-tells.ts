import { parseArn } from '../../shared/arn.ts';
import { sourceStackName, topicName } from '../../shared/names.ts';
import type { World } from './world.ts';

/**
 * What is wrong with what the source tells the topic: somebody may have replaced the bucket's notifications, and then nothing fails, and
 * all is left to the runs. How somebody else's topic is fed is for them to know. Never throws: what cannot be read says nothing.
 */
export async function sourceTells(
  world: Pick<World, 'toldOf' | 'log'> & { readonly settings: Pick<World['settings'], 'source' | 'topicArn'> },
): Promise<readonly string[]> {
  const { source, topicArn } = world.settings;
  if (parseArn(topicArn)?.resource !== topicName(source.bucket)) return [];
  try {
    const told = await world.toldOf();
    if (told === 'all') return [];
    const what = told === 'some' ? 'only of some of what is put' : 'of nothing';
    return [
      `The notifications of "${source.bucket}" tell the topic "${topicArn}" ${what}, so that only runs of the reconcile copy the rest: put our notification back: npx cdk deploy ${sourceStackName(source.bucket)} -c again=<anything>`,
    ];
  } catch (error) {
    world.log.error('notifications not read', { error });
    return [];
  }
}
