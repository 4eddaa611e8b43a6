import { destinationStackName, sourceStackName } from '../../shared/names.ts';
import { time } from '../../shared/report/in-words.ts';
import type { Facts } from './facts.ts';
import type { Found } from './found.ts';
import { known } from './reading.ts';

/**
 * Half a remedy is not whole: what changed while events did not come is copied by a run only, one that begins after they come again.
 *
 * @returns the destinations that were not compared since CloudFormation last made or mended what brings events to them.
 */
export function aboutWhatWasMissed({ source, destinations, stacks }: Facts): readonly Found[] {
  const since = (name: string) => {
    const stack = stacks.find((one) => one.stack === name);
    return (stack && known(stack.state)?.eventsSince) ?? '';
  };
  const runs = known(source.runs);
  const ofSource = since(sourceStackName(source.bucket));
  return destinations.flatMap(({ bucket: about }): Found[] => {
    const proved = runs?.destinations[about]?.provedEqualAsOf;
    const ofDestination = since(destinationStackName(about));
    const begun = ofSource > ofDestination ? ofSource : ofDestination;
    if (proved === undefined || begun === '' || Date.parse(proved) >= Date.parse(begun)) return [];
    return [
      {
        kind: 'not proved',
        about,
        what: `what brings it events was made or mended at ${time(begun)}, and what changed before has not been compared since`,
        remedy: `npm run reconcile -- --destination ${about}`,
      },
    ];
  });
}
