import type { Context } from 'aws-lambda';
import { awsWorld } from './aws-world.ts';
import { readStep, step } from './steps.ts';

/**
 * The worker of all steps of a restore: the state machine says which one. Each reads what the steps before it have left in the reports bucket, can
 * be repeated, and says whether there is more of it to do.
 *
 * @throws where a step fails; the state machine repeats it, and in the end has the report say so.
 */
export async function handler(event: unknown, context: Context): Promise<object> {
  return step(awsWorld(process.env, context), readStep(event));
}
