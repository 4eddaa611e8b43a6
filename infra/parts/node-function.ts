import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LogLevel } from '../../shared/log-levels.ts';
import { PACKAGED } from '../../shared/packaged.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { BUNDLING } from './bundling.ts';

/**
 * A Lambda function as all of this project are, with its log group and a role of its own that may do what `grants` say and
 * write to that log group. The package brings it bundled: its users have neither the sources nor esbuild.
 */
export function nodeFunction(
  scope: Construct,
  id: string,
  props: {
    readonly functionName: string;
    /** @default chosen by CloudFormation */
    readonly roleName?: string;
    readonly description: string;
    /** From the root of the project. */
    readonly entry: string;
    readonly timeout: Duration;
    readonly logLevel: LogLevel;
    readonly environment: Readonly<Record<string, string>>;
    readonly grants: readonly iam.PolicyStatement[];
  },
): lambda.Function {
  const { functionName, description, timeout, environment } = props;
  const logGroupName = `/aws/lambda/${functionName}`;
  const common = {
    functionName,
    description,
    timeout,
    environment: { ...environment, POWERTOOLS_LOG_LEVEL: props.logLevel },
    role: role(scope, `${id}Role`, {
      roleName: props.roleName,
      statements: [...props.grants, writeLogs(Stack.of(scope), logGroupName)],
    }),
    logGroup: new logs.LogGroup(scope, `${id}Logs`, {
      logGroupName,
      retention: logs.RetentionDays.THREE_MONTHS,
      // A log group that outlives its stack would block the next deployment, as its name is taken.
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    // Lambda's own JSON format would wrap the metrics, which CloudWatch then no longer finds in the log. Powertools writes JSON anyway.
    loggingFormat: lambda.LoggingFormat.TEXT,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    memorySize: 512,
  };
  if (PACKAGED) {
    const bundle = new URL(`prebuilt/${dirname(props.entry)}`, ROOT);
    return new lambda.Function(scope, id, {
      ...common,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(fileURLToPath(bundle)),
    });
  }
  return new NodejsFunction(scope, id, {
    ...common,
    entry: fileURLToPath(new URL(props.entry, ROOT)),
    projectRoot: fileURLToPath(ROOT),
    depsLockFilePath: fileURLToPath(new URL('package-lock.json', ROOT)),
    bundling: {
      format: OutputFormat.ESM,
      target: BUNDLING.target,
      mainFields: [...BUNDLING.mainFields],
      minify: BUNDLING.minify,
      loader: BUNDLING.loader,
      // The SDK of the runtime may be too old to know a header, such as a copy's If-None-Match, and leaves it out silently.
      bundleAwsSDK: true,
      esbuildArgs: {
        '--legal-comments': BUNDLING.legalComments,
        ...Object.fromEntries(Object.entries(BUNDLING.alias).map(([name, path]) => [`--alias:${name}`, path])),
      },
      externalModules: [...BUNDLING.external],
    },
  });
}

const ROOT = new URL('../../', import.meta.url);

function role(
  scope: Construct,
  id: string,
  { roleName, statements }: { readonly roleName: string | undefined; readonly statements: iam.PolicyStatement[] },
): iam.Role {
  const own = new iam.Role(scope, id, {
    ...(roleName !== undefined && { roleName }),
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Grants: new iam.PolicyDocument({ statements }) },
  });
  acknowledgeWildcards(own, statements);
  return own;
}

function writeLogs(stack: Stack, logGroupName: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'WriteLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [`${stack.formatArn({ service: 'logs', resource: `log-group:${logGroupName}` })}:*`],
  });
}
