import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/** A state machine as all of this project are: with a log of every step, and a role of its own that may do what `grants` say. */
export function stateMachine(
  scope: Construct,
  id: string,
  props: {
    readonly stateMachineName: string;
    readonly grants: readonly iam.PolicyStatement[];
    /** In the language of Step Functions. */
    readonly definition: object;
  },
): sfn.CfnStateMachine {
  const own = new Construct(scope, id);
  const { stateMachineName } = props;
  const logGroup = new logs.LogGroup(own, 'Logs', {
    // With this prefix the log's resource policy does not grow with every state machine of the account.
    logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
    retention: logs.RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new iam.Role(own, 'Role', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(own).account } },
    }),
    inlinePolicies: { Grants: new iam.PolicyDocument({ statements: [...props.grants, WRITE_LOGS] }) },
  });
  acknowledgeWildcards(role, props.grants);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'The actions that deliver the log of a state machine know no resources',
  });
  const made = new sfn.CfnStateMachine(own, 'StateMachine', {
    stateMachineName,
    stateMachineType: 'STANDARD',
    roleArn: role.roleArn,
    loggingConfiguration: {
      level: 'ALL',
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
    },
    definitionString: Stack.of(own).toJsonString(props.definition),
  });
  // Step Functions tries the role out when it makes the state machine.
  made.node.addDependency(role);
  Validations.of(made).acknowledge({
    id: 'AwsSolutions-SF2',
    reason: 'Its log tells every step; X-Ray would have to be allowed on all resources, and show nothing more',
  });
  return made;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const WRITE_LOGS = new iam.PolicyStatement({
  sid: 'WriteLogs',
  actions: [
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ],
  resources: ['*'],
});
