import * as v from 'valibot';

/**
 * The metrics in some lines of a log, as CloudWatch would read them: the rules of the JSON schema of the embedded metric format, and what
 * its text says beside it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @throws {v.ValiError} on a line that means to hold metrics and which CloudWatch would not understand.
 */
export function embeddedMetrics(lines: readonly object[]): readonly EmbeddedMetric[] {
  return lines
    .filter((line) => '_aws' in line)
    .flatMap((line) => {
      const { _aws, ...members } = v.parse(embeddedMetricFormat, line);
      return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((set) =>
          Metrics.map(({ Name, Unit }) => ({
            namespace: Namespace,
            name: Name,
            unit: Unit,
            dimensions: Object.fromEntries(set.map((name) => [name, v.parse(dimensionValue, members[name])])),
            values: [v.parse(metricValue, members[Name])].flat(),
          })),
        ),
      );
    });
}

export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

const UNITS = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  'Count',
  'Count/Second',
  'None',
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes'].flatMap((unit) => [unit, `${unit}/Second`]),
  ...['Bits', 'Kilobits', 'Megabits', 'Gigabits', 'Terabits'].flatMap((unit) => [unit, `${unit}/Second`]),
];

const dimensionSet = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(250))),
  v.minLength(1),
  v.maxLength(30),
  v.check((names) => new Set(names).size === names.length, 'a dimension is there twice'),
);

const directive = v.strictObject({
  Namespace: v.pipe(v.string(), v.minLength(1), v.maxLength(1024), v.regex(/^(?!AWS\/)/)),
  Dimensions: v.pipe(v.array(dimensionSet), v.minLength(1)),
  Metrics: v.pipe(
    v.array(
      v.strictObject({
        Name: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
        Unit: v.optional(v.picklist(UNITS)),
        StorageResolution: v.optional(v.picklist([1, 60])),
      }),
    ),
    v.minLength(1),
    v.maxLength(100),
  ),
});

const dimensionValue = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
const metricValue = v.union([v.number(), v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(100))]);

const embeddedMetricFormat = v.pipe(
  v.looseObject({
    _aws: v.strictObject({
      Timestamp: v.pipe(v.number(), v.integer(), v.minValue(0)),
      CloudWatchMetrics: v.pipe(v.array(directive), v.minLength(1)),
    }),
  }),
  v.check((line) => Buffer.byteLength(JSON.stringify(line)) <= 1024 * 1024, 'a line has more than 1 MB'),
  v.check(
    ({ _aws, ...members }) =>
      _aws.CloudWatchMetrics.every(({ Dimensions, Metrics }) =>
        [...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)].every((name) => Object.hasOwn(members, name)),
      ),
    'a member that is referred to is missing',
  ),
);
