import type { Reading } from '../reading.ts';

/** What became of one stack: whether it is there, and what of it is not as it was deployed. */
export interface StackFacts {
  /** The bucket whose stack it is. */
  readonly about: string;
  readonly stack: string;
  readonly region: string;
  readonly state: Reading<StackState>;
}

export interface StackState {
  /** As CloudFormation says it. */
  readonly status: string;
  /** How many of its resources were looked at. */
  readonly looked: number;
  readonly off: readonly OffResource[];
  /** When CloudFormation last made or changed something through which changes come: what happened before may have told nobody. ISO 8601. */
  readonly eventsSince?: string;
}

/** A resource that is not there, is not as its stack made it, or could not be read. */
export interface OffResource {
  readonly type: string;
  /** In AWS. */
  readonly name: string;
  readonly how: 'gone' | 'changed' | 'unread';
  /** Of what has changed: each property, as it is and as it should be. Of what could not be read: why. */
  readonly details: readonly string[];
  /** What the credentials in use need, where it could not be read. */
  readonly actions?: string;
}

/** A resource of a stack as its template has it, with every reference put in. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  /** What CloudFormation calls its physical id. */
  readonly id: string;
  readonly properties: Properties;
  readonly region: string;
  readonly account: string;
  /** When CloudFormation last made or changed it. */
  readonly updatedAt: Date | undefined;
}

export type Properties = Readonly<Record<string, unknown>>;
