import { destinationStackName } from '../../shared/names.ts';
import { aboutBuckets } from './buckets/about-buckets.ts';
import { aboutDestination } from './about-destination.ts';
import { aboutSource } from './about-source.ts';
import { aboutWhatWasMissed } from './about-what-was-missed.ts';
import type { Facts } from './facts.ts';
import { isMissing, KINDS } from './found.ts';
import type { Found, Matter, Standards } from './found.ts';
import { aboutStacks } from './stacks/about-stacks.ts';

export interface Verdict {
  readonly state: 'well' | 'wrong';
  /** One sentence: all is well, or what is wrong and what to do. */
  readonly headline: string;
  /** The worst first. */
  readonly problems: readonly Matter[];
  /** What is no fault, and yet good to know. */
  readonly notices: readonly Matter[];
}

/** Tells what is wrong. What could not be read is a problem, too: it may be anything. Pure. */
export function judge(facts: Facts, standards: Standards): Verdict {
  const { source, destinations, stacks, buckets } = facts;
  if (isDeployedNowhere(facts)) return nothingDeployed(facts, standards);
  const ofStacks = aboutStacks(stacks);
  const told = new Set(ofStacks.map(({ about }) => about));
  const isDeployed = (name: string) => !stacks.some(({ stack, state }) => stack === name && isMissing(state));
  const others = [
    ...aboutSource(source, { ...standards, isDeployed }),
    ...destinations
      .filter(({ bucket }) => isDeployed(destinationStackName(bucket)))
      .flatMap((destination) => aboutDestination(destination, source, standards)),
  ];
  // The stack that has made a bucket tells of it already, or is yet to make it.
  const isNews = ({ kind, about }: Found) =>
    kind !== 'gone' ||
    !ofStacks.some((one) => one.about === about && (one.kind === 'gone' || one.kind === 'not deployed'));
  const missed = aboutWhatWasMissed(facts).filter(({ about }) => isDeployed(destinationStackName(about)));
  const found = [
    ...ofStacks,
    ...aboutBuckets(buckets).filter(isNews),
    ...missed,
    ...others.filter(({ missing, about }) => missing !== true || !told.has(about)),
  ];
  const problems = found.filter(({ kind }) => kind !== 'notice').toSorted((a, b) => rank(a) - rank(b));
  const notices = found.filter(({ kind }) => kind === 'notice');
  return {
    state: problems.length === 0 ? 'well' : 'wrong',
    headline: headlineOf(facts, problems),
    problems: problems.map(withoutKind),
    notices: notices.map(withoutKind),
  };
}

export function isDeployedNowhere({ stacks }: Facts): boolean {
  return stacks.length > 0 && stacks.every(({ state }) => isMissing(state));
}

/** That is most likely another account than was meant: to name all that is missing would only hide it. */
function nothingDeployed({ source, stacks }: Facts, { account }: Standards): Verdict {
  const { bucket: about } = source;
  const regions = [...new Set(stacks.map(({ region }) => region))];
  const what = `no stack of it is deployed in the account ${account}, in ${regions.join(', ')}`;
  const remedy =
    'Are the credentials in use (AWS_PROFILE; aws sts get-caller-identity) those of the right account? If it is, nothing was deployed yet: see docs/install.md.';
  return {
    state: 'wrong',
    headline: `${about}: ${what}. ${remedy}`,
    problems: [{ about, what, remedy }],
    notices: [],
  };
}

function rank({ kind }: Found): number {
  return KINDS.indexOf(kind);
}

function withoutKind({ about, what, remedy }: Found): Matter {
  return { about, what, remedy };
}

function headlineOf({ source, destinations }: Facts, problems: readonly Found[]): string {
  const [worst, ...others] = problems;
  if (worst === undefined) {
    const to = destinations.length === 1 ? 'its destination' : `its ${destinations.length} destinations`;
    return `All is well: what changes in ${source.bucket} reaches ${to}.`;
  }
  const more = others.length === 0 ? 'One thing is wrong' : `${problems.length} things are wrong, the worst first`;
  return `${more}: ${worst.about}: ${worst.what}. ${worst.remedy}`;
}
