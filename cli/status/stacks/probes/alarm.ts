import { NAMED, text, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** That one is missing, or silent, is told with the alarms of its bucket. */
export const alarm: Probe = {
  async look({ properties, region }, clients) {
    const name = text(properties['AlarmName']);
    const [bucket = ''] = name.split(' ');
    const found = (await clients.alarms(`${region} ${bucket}`)).get(name);
    if (found === undefined) return undefined;
    const ours = new Set([properties['AlarmActions']].flat());
    return {
      // It may tell others, too.
      AlarmActions: found.AlarmActions?.filter((action) => ours.has(action)),
      Namespace: found.Namespace,
      MetricName: found.MetricName,
      Dimensions: found.Dimensions?.map(({ Name, Value }) => ({ Name, Value })),
      Statistic: found.Statistic,
      Period: found.Period,
      EvaluationPeriods: found.EvaluationPeriods,
      DatapointsToAlarm: found.DatapointsToAlarm ?? found.EvaluationPeriods,
      Threshold: found.Threshold,
      ComparisonOperator: found.ComparisonOperator,
      TreatMissingData: found.TreatMissingData ?? 'missing',
    };
  },
  watched: {
    AlarmActions: undefined,
    Namespace: undefined,
    MetricName: undefined,
    Dimensions: undefined,
    Statistic: undefined,
    Period: undefined,
    EvaluationPeriods: undefined,
    DatapointsToAlarm: undefined,
    Threshold: undefined,
    ComparisonOperator: undefined,
    TreatMissingData: 'missing',
  },
  unwatched: { AlarmName: NAMED, AlarmDescription: WORDS, Tags: WORDS },
  actions: 'cloudwatch:DescribeAlarms',
};
