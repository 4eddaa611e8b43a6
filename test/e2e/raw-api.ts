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

/** The emulator looks in a signature for the service, the Region and the account, and takes any for right. */
async function post(
  service: string,
  request: { readonly region: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<string> {
  const { endpoint, account } = emulator;
  const { region, headers, body } = request;
  const credential = `${account}/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  return textOf(await fetch(endpoint, { method: 'POST', headers: { ...headers, authorization }, body }));
}

/** @throws if the answer is an error. */
export async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`The emulator answered ${response.status} for ${response.url}: ${text}`);
}
