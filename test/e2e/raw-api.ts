import { emulator } from './emulator.ts';

/** Asks CloudWatch Logs, for which the project has no client. */
export async function logsApi(region: string, action: string, input: object): Promise<unknown> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Logs_20140328.${action}` };
  return JSON.parse(await post('logs', { region, headers, body: JSON.stringify(input) }));
}

/** Asks IAM, for which the project has no client either. The answer is XML. */
export async function iamApi(action: string): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return post('iam', { region: 'us-east-1', headers, body: `Action=${action}&Version=2010-05-08` });
}

/** Asks S3, where a client would read the answer otherwise than it came. */
export async function s3Api(path: string): Promise<string> {
  const headers = { authorization: authorization('s3', 'us-east-1') };
  return textOf(await fetch(`${emulator.endpoint}${path}`, { headers }));
}

async function post(
  service: string,
  request: { readonly region: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<string> {
  const headers = { ...request.headers, authorization: authorization(service, request.region) };
  return textOf(await fetch(emulator.endpoint, { method: 'POST', headers, body: request.body }));
}

/** The emulator looks in a signature for the service, the Region and the account, and takes any for right. */
function authorization(service: string, region: string): string {
  const credential = `${emulator.account}/20260101/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
}

/** @throws if the answer is an error. */
async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`The emulator answered ${response.status} for ${response.url}: ${text}`);
}
