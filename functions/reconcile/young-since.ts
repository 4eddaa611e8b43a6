import type { Run } from './run.ts';
import type { World } from './world.ts';

/** How long the event path may take. */
export function minutesOf({ settings }: Pick<World, 'settings'>, { request }: Run): number {
  return request.eventMinutes ?? settings.eventMinutes;
}

/** An object that was changed after this is left to the event path; ISO 8601, as listings tell it. */
export function youngSince(eventMinutes: number, began: number): string {
  return new Date(began - eventMinutes * 60_000).toISOString();
}
