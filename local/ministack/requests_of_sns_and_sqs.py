"""What requests to SNS, SQS and CloudWatch are asked for."""

from mend import mend
from ministack.core import iam_actions, iam_evaluator


@mend(iam_actions, "extract_resource_arn")
def topic_of_a_subscription(arn_of):
    """SNS asks about the topic, where a request names only its subscription.
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
    """

    def resource(service, method, path, headers, body, query, *rest):
        found = arn_of(service, method, path, headers, body, query, *rest)
        if service != "sns" or found != "*":
            return found
        topic, _, _ = iam_actions._query_param(query, "SubscriptionArn").rpartition(":")
        return topic or found

    return resource


# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
BATCHES = {f"sqs:{action}Batch": f"sqs:{action}" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}

# MiniStack does not read which namespace a request puts metrics into; the functions put them into this one alone.
NAMESPACE = {"cloudwatch:namespace": "S3FanoutReplicator"}


@mend(iam_evaluator, "enforce")
def batches_and_namespaces(enforce):
    def as_aws(access_key, action, service, region, resource_arn="*", service_context=None):
        context = dict(service_context or {})
        if action == "cloudwatch:PutMetricData":
            context.update(NAMESPACE)
        return enforce(access_key, BATCHES.get(action, action), service, region, resource_arn=resource_arn, service_context=context)

    return as_aws
