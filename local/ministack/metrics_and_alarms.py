"""Metrics that functions write into their logs (EMF) arrive, and alarms are evaluated by them: each by its own dimensions, over its periods,
and as it says of missing data.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import json
import time

from mend import mend
from ministack.services import cloudwatch, lambda_svc, sqs


@mend(lambda_svc, "_emit_lambda_logs")
def embedded_metrics_arrive(write_logs):
    def write(function, request, text, *others, **options):
        for line in (text or "").splitlines():
            if '"_aws"' in line:
                record_embedded(line)
        return write_logs(function, request, text, *others, **options)

    return write


def record_embedded(line):
    try:
        entry = json.loads(line[line.index("{") :])
        directives = entry["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = {name: str(entry[name]) for name in names}
            for metric in directive["Metrics"]:
                values = entry[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    cloudwatch.record_metric(
                        directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions
                    )


@mend(cloudwatch, "_describe_alarms")
def evaluated_when_asked(describe):
    """CloudWatch evaluates every minute; here whoever asks sees what it would say by now."""

    def evaluate_and_describe(*request):
        cloudwatch._evaluate_all_alarms()
        return describe(*request)

    return evaluate_and_describe


@mend(cloudwatch, "_evaluate_alarm")
def as_cloudwatch_does(_evaluate):
    def evaluate(alarm):
        now = time.time()
        if alarm.get("Statistic") in ("Sum", "Maximum") and not was_set_by_hand(alarm, now):
            change(alarm, *state_of(alarm, now))

    return evaluate


# When SetAlarmState set an alarm, by its ARN: that holds until the next evaluation, up to a minute later.
set_by_hand = {}


def was_set_by_hand(alarm, now):
    return now - set_by_hand.get(alarm["AlarmArn"], 0) < 60


@mend(cloudwatch, "_set_alarm_state")
def remembered(set_state):
    def remember(params, cbor_data, is_cbor, is_json=False):
        answer = set_state(params, cbor_data, is_cbor, is_json)
        alarm = cloudwatch._alarms.get(cbor_data.get("AlarmName") or cloudwatch._p(params, "AlarmName"))
        if alarm is not None:
            set_by_hand[alarm["AlarmArn"]] = time.time()
        return answer

    return remember


def state_of(alarm, now):
    """(state, reason): ALARM if at least so many of the last periods are beyond the threshold."""
    period, periods = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    start = now - period * periods
    points = [point for point in points_of(alarm, now) if point["Timestamp"] > start]
    # A sign of life that is due within hours is waited for: CloudWatch would not, but then it does not end after minutes.
    if not points and alarm["TreatMissingData"] == "breaching" and alarm["AlarmConfigurationUpdatedTimestamp"] > start:
        return "INSUFFICIENT_DATA", "No datapoint was received since the alarm was created"
    verdicts = []
    for number in range(periods):
        among = [point for point in points if 0 <= now - period * number - point["Timestamp"] < period]
        verdicts.append(is_beyond(alarm, value_of(alarm, among)) if among else missing(alarm))
    known = [verdict for verdict in verdicts if verdict is not None]
    if not known:
        return "INSUFFICIENT_DATA", "No datapoint was received"
    beyond = sum(known)
    reason = f"Threshold Crossed: {beyond} of {periods} datapoints are beyond {alarm['Threshold']}"
    return ("ALARM" if beyond >= int(alarm.get("DatapointsToAlarm") or periods) else "OK"), reason


def missing(alarm):
    return {"breaching": True, "notBreaching": False}.get(alarm["TreatMissingData"])


def points_of(alarm, now):
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    name, namespace = alarm["MetricName"], alarm["Namespace"]
    if namespace == "AWS/SQS":
        return queue_points(dimensions.get("QueueName"), name, now)
    return cloudwatch._metrics.get((namespace, name, cloudwatch._dims_key(dimensions))) or []


def queue_points(queue_name, metric, now):
    """SQS tells how many messages wait, and how old the oldest is; here, as it is now."""
    queue = sqs._queues.get(sqs._queue_url(queue_name))
    if queue is None:
        return []
    waiting = [message for message in queue["messages"] if message["visible_at"] <= now]
    values = {
        "ApproximateNumberOfMessagesVisible": len(waiting),
        "ApproximateAgeOfOldestMessage": max((now - message["sent_at"] for message in queue["messages"]), default=0),
    }
    return [{"Timestamp": now, "Value": float(values[metric])}] if metric in values else []


def value_of(alarm, points):
    return cloudwatch._calc_stats(points).get(alarm["Statistic"])


def is_beyond(alarm, value):
    threshold = float(alarm["Threshold"])
    return {
        "GreaterThanThreshold": value > threshold,
        "GreaterThanOrEqualToThreshold": value >= threshold,
        "LessThanThreshold": value < threshold,
        "LessThanOrEqualToThreshold": value <= threshold,
    }[alarm["ComparisonOperator"]]


def change(alarm, new, reason):
    old = alarm["StateValue"]
    if new == old:
        return
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
