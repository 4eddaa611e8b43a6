import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { NAMED, parsed, text, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export const stateMachine: Probe = {
  async look({ id: stateMachineArn, properties, region }, clients) {
    const found = await unlessGone(['StateMachineDoesNotExist'], () =>
      clients.sfn(region).send(new DescribeStateMachineCommand({ stateMachineArn })),
    );
    if (found === undefined) return undefined;
    const definition = text(properties['DefinitionString']);
    return {
      Status: found.status === 'ACTIVE' ? undefined : found.status,
      // Of the same meaning, whatever its spaces.
      DefinitionString: isSame(found.definition, definition) ? definition : found.definition,
      RoleArn: found.roleArn,
      StateMachineType: found.type,
      EncryptionConfiguration: found.encryptionConfiguration?.kmsKeyId,
    };
  },
  watched: {
    Status: undefined,
    DefinitionString: undefined,
    RoleArn: undefined,
    StateMachineType: 'STANDARD',
    EncryptionConfiguration: undefined,
  },
  unwatched: { StateMachineName: NAMED, LoggingConfiguration: 'runs do not wait for their logs', Tags: WORDS },
  actions: 'states:DescribeStateMachine',
};

function isSame(one: string | undefined, other: string): boolean {
  if (one === other) return true;
  try {
    return JSON.stringify(parsed(one)) === JSON.stringify(parsed(other));
  } catch {
    return false;
  }
}
