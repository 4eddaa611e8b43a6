import { describe, expect, it } from 'vitest';
import { LIMITS, longestWindow, TEMPLATE_LIMITS } from '../support/limits.ts';
import type { Limit } from '../support/limits.ts';
import { ofType } from './queries.ts';
import { EXISTING, LARGE, LONG, resourcesOf, SMALL, templatesOf } from './synthesize.ts';
import type { Resource } from './synthesize.ts';

const templates = [SMALL, LARGE, EXISTING, LONG].flatMap((configuration) => [...templatesOf(configuration)]);
const resources = templates.flatMap(([, template]) => resourcesOf(template));

describe('what the services take', () => {
  it('is kept to by every resource of every template', () => {
    expect(LIMITS.flatMap((limit) => ofType(resources, limit.type).flatMap((each) => beyond(limit, each)))).toEqual([]);
  });

  it.each<[string, Limit['of'], object, Partial<Limit>]>([
    ['a value', 'value', { P: 901 }, { to: 900 }],
    ['a value that is too small', 'value', { P: 1 }, { from: 2, to: 900 }],
    ['a text', 'characters', { P: 'abc' }, { to: 2 }],
    ['a list', 'length', { P: [1, 2] }, { to: 1 }],
    ['what is as JSON too long', 'bytes', { P: { a: 'é' } }, { to: 9 }],
  ])('would be found to be exceeded: %s', (_, of, properties, limit) => {
    const resource = { id: 'R', type: 'T', properties, deletionPolicy: undefined, dependsOn: [] };
    expect(beyond({ type: 'T', property: 'P', of, to: 0, source: '', ...limit }, resource)).toHaveLength(1);
  });

  it('has each limit with its page', () => {
    expect(LIMITS.filter(({ source }) => !source.startsWith('https://docs.aws.amazon.com/'))).toEqual([]);
  });
});

it('templates are no larger than CloudFormation takes', () => {
  for (const [name, template] of templates) {
    const { Resources, Outputs = {}, Parameters = {}, Description = '', ...rest } = template.toJSON();
    expect(JSON.stringify({ Resources, Outputs, Parameters, Description, ...rest }).length, name).toBeLessThan(
      TEMPLATE_LIMITS.bytes,
    );
    expect(Object.keys(Resources).length, name).toBeLessThanOrEqual(TEMPLATE_LIMITS.resources);
    expect(Object.keys(Outputs).length, name).toBeLessThanOrEqual(TEMPLATE_LIMITS.outputs);
    expect(Object.keys(Parameters).length, name).toBeLessThanOrEqual(TEMPLATE_LIMITS.parameters);
    expect(Description.length, name).toBeLessThanOrEqual(TEMPLATE_LIMITS.description);
  }
});

it('alarms look back no longer than CloudWatch does, in periods that it has', () => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(({ properties }) => {
    const periods: number[] = [properties.Period, ...(properties.Metrics ?? []).map(periodOf)].filter(Number.isFinite);
    return {
      name: properties.AlarmName,
      periods,
      evaluated: properties.EvaluationPeriods,
      needed: properties.DatapointsToAlarm ?? 1,
    };
  });
  expect(alarms.length).toBeGreaterThan(20);
  expect(
    alarms.filter(
      ({ periods, evaluated, needed }) =>
        periods.length === 0 ||
        needed > evaluated ||
        periods.some((period) => !isPeriod(period) || period * evaluated > longestWindow(period)),
    ),
  ).toEqual([]);
});

it('batches of more than ten messages are waited for, and messages stay out of sight for six times as long as the function runs', () => {
  for (const { properties } of ofType(resources, 'AWS::Lambda::EventSourceMapping')) {
    const { BatchSize = 10, MaximumBatchingWindowInSeconds = 0 } = properties;
    expect(BatchSize <= 10 || MaximumBatchingWindowInSeconds >= 1).toBe(true);
  }
});

it('state names are no longer than Step Functions takes', () => {
  const machines = ofType(resources, 'AWS::StepFunctions::StateMachine');
  expect(machines.length).toBeGreaterThan(3);
  for (const { properties } of machines) {
    const names = [
      ...JSON.stringify(properties.DefinitionString).matchAll(
        /\\"([^"\\]+)\\":\{(?:\\"QueryLanguage\\":\\"JSONata\\",)?\\"Type\\"/g,
      ),
    ];
    expect(names.length).toBeGreaterThan(5);
    for (const [, name = ''] of names) expect(name.length).toBeLessThanOrEqual(80);
  }
});

function periodOf({ MetricStat }: { readonly MetricStat?: { readonly Period: number } }): number {
  return MetricStat?.Period ?? Number.NaN;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (Period) */
function isPeriod(seconds: number): boolean {
  return [10, 20, 30].includes(seconds) || (seconds >= 60 && seconds % 60 === 0);
}

function beyond({ type, property, of, from = 0, to, source }: Limit, { id, properties }: Resource): string[] {
  const value = property.split('.').reduce<Resource['properties']>((within, name) => within?.[name], properties);
  // What CloudFormation fills in has a length that it knows alone.
  if (value === undefined || (of === 'characters' && typeof value !== 'string')) return [];
  const size =
    of === 'value' ? Number(value) : of === 'bytes' ? Buffer.byteLength(JSON.stringify(value)) : value.length;
  return size >= from && size <= to ? [] : [`${type} ${id}: ${property} is ${size}, not ${from} to ${to} (${source})`];
}
