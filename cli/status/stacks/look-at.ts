import { isUnread, reading } from '../reading.ts';
import type { Clients } from './clients.ts';
import { differences } from './differences.ts';
import { PROBES } from './probes.ts';
import type { OffResource, Resource } from './stack-facts.ts';

/** What is the matter with one resource; empty, if it is as its stack made it. Never throws. */
export async function lookAt(resource: Resource, clients: Clients): Promise<readonly OffResource[]> {
  const { type, id, logicalId, properties } = resource;
  const name = id || logicalId;
  const probe = PROBES[type];
  if (probe === undefined)
    return [{ type, name, how: 'unread', details: ['this version does not know how to look at it'] }];
  // CloudFormation has not come so far, or has taken it away.
  if (id === '') return [{ type, name, how: 'gone', details: [] }];
  const actual = await reading(async () => ({ found: await probe.look(resource, clients) }));
  if (isUnread(actual)) return [{ type, name, how: 'unread', details: [actual.unread], actions: probe.actions }];
  if (actual.found === undefined) return [{ type, name, how: 'gone', details: [] }];
  const details = differences({ expected: properties, actual: actual.found }, probe.watched);
  return details.length === 0 ? [] : [{ type, name, how: 'changed', details }];
}
