import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { onlyAsIn } from '../differences.ts';
import { NAMED, text, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html */
export const schedule: Probe = {
  async look({ id: Name, properties, region }, clients) {
    const group = text(properties['GroupName']);
    const found = await unlessGone(['ResourceNotFoundException'], () =>
      clients.scheduler(region).send(new GetScheduleCommand({ Name, ...(group !== '' && { GroupName: group }) })),
    );
    return (
      found && {
        State: found.State,
        ScheduleExpression: found.ScheduleExpression,
        ScheduleExpressionTimezone: found.ScheduleExpressionTimezone,
        FlexibleTimeWindow: found.FlexibleTimeWindow,
        StartDate: found.StartDate?.toISOString(),
        EndDate: found.EndDate?.toISOString(),
        KmsKeyArn: found.KmsKeyArn,
        Target: onlyAsIn(properties['Target'], found.Target),
      }
    );
  },
  watched: {
    State: 'ENABLED',
    ScheduleExpression: undefined,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: undefined,
    StartDate: undefined,
    EndDate: undefined,
    KmsKeyArn: undefined,
    Target: undefined,
  },
  unwatched: { Name: NAMED, Description: WORDS },
  actions: 'scheduler:GetSchedule',
};
