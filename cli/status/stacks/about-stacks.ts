import { count } from '../../../shared/report/in-words.ts';
import { isMissing, notDeployed, unread } from '../found.ts';
import type { Found } from '../found.ts';
import { isUnread } from '../reading.ts';
import { remedyOf } from './remedies.ts';
import type { OffResource, StackFacts } from './stack-facts.ts';

/** What is the matter with the stacks: not deployed, not deployed to the end, or not what they were any more. */
export function aboutStacks(stacks: readonly StackFacts[]): readonly Found[] {
  return stacks.flatMap(aboutStack);
}

function aboutStack({ about, stack, region, state }: StackFacts): readonly Found[] {
  if (isMissing(state)) return [notDeployed(about, whatIs(stack), stack)];
  if (isUnread(state))
    return unread(
      about,
      `the stack ${stack}`,
      state,
      'cloudformation:DescribeStacks, cloudformation:ListStackResources, cloudformation:GetTemplate',
    );
  const { status, off } = state;
  const found: Found[] = [];
  if (!SETTLED.has(status))
    found.push({
      kind: status.endsWith('_IN_PROGRESS') ? 'notice' : 'not deployed',
      about,
      what: `the stack ${stack} is ${status}`,
      remedy: status.endsWith('_IN_PROGRESS')
        ? 'Wait until it is done.'
        : `See "A stack that is not deployed to its end" in docs/RUNBOOK.md.`,
    });
  const gone = off.filter(({ how, type }) => how === 'gone' && !TOLD_ELSEWHERE.has(type));
  if (gone.length > 0)
    found.push({
      kind: gone.every(({ type }) => type === 'AWS::DynamoDB::Table') ? 'changed' : 'gone',
      about,
      what: `the stack ${stack} is deployed, but somebody has deleted ${inWords(gone)}`,
      remedy: remedyOf(gone, { stack, region, how: 'gone' }),
    });
  const changed = off.filter(({ how }) => how === 'changed');
  const stops = changed.some((one) => mayStopCopies(one, stack));
  if (changed.length > 0)
    found.push({
      kind: stops ? 'stopped' : 'changed',
      about,
      what: `somebody has changed ${inWords(changed, ({ details }) => details.join('; '))}${stops ? ': until that is put back, objects may not be copied' : ''}`,
      remedy: remedyOf(changed, { stack, region, how: 'changed' }),
    });
  const dark = off.filter(({ how }) => how === 'unread');
  if (dark.length > 0) found.push(unreadOf(about, dark));
  return found;
}

/** Only these two stacks copy; what has changed in the others is nothing that a copy needs. */
function mayStopCopies({ type, details }: OffResource, stack: string): boolean {
  if (!stack.startsWith('fanout-source-') && !stack.startsWith('fanout-destination-')) return false;
  return COPIES_NEED.has(type) || (type === 'AWS::Lambda::Function' && details.some((one) => STOPS_FUNCTION.test(one)));
}

const STOPS_FUNCTION = /^(ReservedConcurrentExecutions|State|Role|Handler|Runtime|VpcConfig) /;

const COPIES_NEED: ReadonlySet<string> = new Set([
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

/** The state after a roll-back is the one before. */
const SETTLED: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'IMPORT_COMPLETE',
]);

/** With the alarms of their bucket, the topic, and what feeds the function. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['AWS::CloudWatch::Alarm', 'AWS::SNS::Subscription']);

function unreadOf(about: string, dark: readonly OffResource[]): Found {
  const actions = [...new Set(dark.flatMap(({ actions: needed }) => needed?.split(', ') ?? []))];
  return {
    kind: 'unread',
    about,
    what: `could not be read: ${inWords(dark, ({ details }) => details.join('; '))}`,
    remedy:
      actions.length === 0
        ? 'Use the version that was deployed.'
        : `The credentials in use need ${actions.join(', ')}.`,
  };
}

function inWords(all: readonly OffResource[], more: (one: OffResource) => string = () => ''): string {
  const some = all.slice(0, SHOWN).map((one) => {
    const said = more(one);
    return `the ${kindOf(one.type)} ${one.name.split('/').at(-1)}${said === '' ? '' : ` (${said})`}`;
  });
  const left = all.length - some.length;
  return [...some, ...(left > 0 ? [`${count(left)} more`] : [])].join(', ');
}

const SHOWN = 5;

function whatIs(stack: string): string {
  if (stack.startsWith('fanout-source-')) return 'the source';
  if (stack.startsWith('fanout-destination-')) return 'the destination';
  if (stack.startsWith('fanout-reconcile-')) return 'the nightly reconcile';
  if (stack.startsWith('fanout-restore-')) return 'what restores';
  return 'what sends alarms by e-mail';
}

/** `AWS::SQS::QueuePolicy` is a queue policy. */
export function kindOf(type: string): string {
  const name = type.split('::').at(-1) ?? type;
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
