import { awsWorld } from './aws-world.ts';
import { runCanary } from './run-canary.ts';

/** Started by a schedule: one canary. @throws where it could not be put, or not be told of. */
export async function handler(): Promise<void> {
  await runCanary(awsWorld(process.env));
}
