/** The replicate function as Lambda runs it: batches of 100 messages, each naming one new object, as many at a time as fill what may be in flight. */
import type { Context } from 'aws-lambda';
import { handler } from '../functions/replicate/handler.ts';
import { forEachConcurrently } from '../shared/for-each.ts';
import { ACCOUNT, contestant, DESTINATION, REGION, SOURCE } from './contestant.ts';
import { etagOf, keysOf } from './objects.ts';

contestant(async ({ endpoint, run, objects, inFlight }) => {
  const invocations = Math.ceil(inFlight / KEYS_AT_A_TIME);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_LAMBDA_FUNCTION_NAME: DESTINATION,
    SOURCE_BUCKET: SOURCE,
    SOURCE_ACCOUNT: ACCOUNT,
    SOURCE_REGION: 'us-east-1',
    DESTINATION_ACCOUNT: ACCOUNT,
    IN_FLIGHT: String(KEYS_AT_A_TIME),
  });
  let failed = 0;
  await forEachConcurrently(batches(keysOf(objects, run)), {
    limit: invocations,
    work: async (Records) => {
      const answer = await handler({ Records }, lambdaContext());
      if ('batchItemFailures' in answer) failed += answer.batchItemFailures.length;
    },
  });
  return failed;
});

/** The function's default. */
const KEYS_AT_A_TIME = 64;
/** As many as the inbox gives to one invocation. */
const BATCH = 100;

function* batches(keys: readonly string[]) {
  for (let first = 0; first < keys.length; first += BATCH) yield keys.slice(first, first + BATCH).map(sqsRecord);
}

function sqsRecord(key: string) {
  const event = {
    eventVersion: '2.6',
    eventSource: 'aws:s3',
    eventTime: new Date().toISOString(),
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: SOURCE }, object: { key: encodeURIComponent(key), eTag: etagOf(key) } },
  };
  return { messageId: key, eventSource: 'aws:sqs', body: JSON.stringify({ Records: [event] }) };
}

function lambdaContext(): Context {
  const ends = performance.now() + 600_000;
  return {
    functionName: DESTINATION,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${DESTINATION}`,
    memoryLimitInMB: '512',
    awsRequestId: 'bench',
    logGroupName: 'bench',
    logStreamName: 'bench',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, ends - performance.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
