import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proxyIn } from '../../cli/aws/client-options.ts';
import { proxy } from '../support/proxy.ts';
import type { Proxy } from '../support/proxy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const OUTPUTS = { ReportsBucket: 'reports', StateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:m' };
const ANSWERS: Readonly<Record<string, string>> = {
  sts: '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  cloudformation: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>any</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${Object.entries(
    OUTPUTS,
  )
    .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
    .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
};
const REFUSED = JSON.stringify({ __type: 'AccessDeniedException', message: 'no' });

let between: Proxy;

beforeEach(async () => {
  between = await proxy((service) =>
    ANSWERS[service] === undefined ? { status: 403, body: REFUSED } : { status: 200, body: ANSWERS[service] },
  );
});

afterEach(() => between.close());

/** A command, where nothing can be reached but the proxy. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['cli/main.ts', ...args, '--config', 'test/cli/two-sources.config.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      ...environment,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return said;
}

describe('through the proxy that the environment names', () => {
  // A host that no name server knows: whoever goes round the proxy says so.
  const endpoint = { AWS_ENDPOINT_URL: 'http://aws.test.invalid' };

  it.each([
    [
      ['status', '--source', 'photos'],
      ['sqs', 'lambda', 'cloudformation', 'sns', 'monitoring', 'dynamodb', 's3'],
    ],
    [
      ['status', '--source', 'photos', '--key', 'k'],
      ['dynamodb', 's3'],
    ],
    [
      ['status', '--source', 'photos', '--failed'],
      ['dynamodb', 'sqs'],
    ],
    [
      ['history', '--source', 'photos', '--key', 'k'],
      ['dynamodb', 's3'],
    ],
    [
      ['reconcile', '--source', 'photos'],
      ['cloudformation', 'states'],
    ],
    [['reconcile', '--source', 'photos', '--estimate'], ['s3']],
    [['retry', '--source', 'photos', '--failed'], ['sqs']],
    [['pause', 'photos-eu'], ['lambda']],
    [
      ['restore', '--source', 'photos', '--from', 'photos-eu', '--to', 'back', '--prefix', 'a', '--yes'],
      ['cloudformation', 's3'],
    ],
    [['restore', '--source', 'photos', '--rehearse'], ['states']],
  ])('%j asks for everything', async (args, services) => {
    const said = await run(args, { ...endpoint, http_proxy: between.url });
    expect(said).not.toMatch(/ENOTFOUND|EAI_AGAIN|no connection/);
    expect(between.requests.every(({ url }) => url.startsWith('http://aws.test.invalid'))).toBe(true);
    for (const service of services) expect(between.requests.map((one) => one.service)).toContain(service);
  });

  it('AWS itself is asked for by a tunnel, and a proxy that refuses is named', async () => {
    const said = await run(['status'], { HTTPS_PROXY: between.url.replace('http://', '') });
    expect(between.tunnels).toContain('sts.us-east-1.amazonaws.com:443');
    expect(said).toMatch(/Cannot tell the AWS account: the proxy 127\.0\.0\.1:\d+ does not let the request through/);
    expect(said).not.toMatch(/log in/);
  });

  it('a proxy of a kind that is not supported is refused, and not gone round', async () => {
    const said = await run(['status'], { HTTPS_PROXY: 'socks5://127.0.0.1:1080' });
    expect(said).toMatch(/^Cannot use the proxy that HTTPS_PROXY names: only http:\/\/ and https:\/\//);
  });
});

it.each([
  [{}, {}],
  [{ HTTPS_PROXY: 'http://p:1' }, { https_proxy: 'http://p:1' }],
  [{ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, { https_proxy: 'http://q:2' }],
  [{ HTTP_PROXY: 'p:1' }, { http_proxy: 'http://p:1' }],
  [
    { ALL_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' },
    { http_proxy: 'http://q:2', https_proxy: 'http://p:1' },
  ],
  [{ HTTPS_PROXY: '' }, {}],
])('reads the proxy of %j', (environment, proxies) => {
  expect(proxyIn(environment)).toEqual({ ...proxies, no_proxy: '127.0.0.1,localhost,[::1],::1' });
});

it('keeps what is to be reached directly, and this machine always is', () => {
  expect(proxyIn({ NO_PROXY: '.example.com' })['no_proxy']).toBe('.example.com,127.0.0.1,localhost,[::1],::1');
});

it('no command makes a client in another way', () => {
  const files = readdirSync(`${root}cli`, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const wrong = files.flatMap((name) => {
    const text = readFileSync(`${root}cli/${name}`, 'utf8');
    const made = [...text.matchAll(/new (\w+Client)\((?!(?:clientOptions|patientOptions)\()[^\n]*/g)].map(
      ([line]) => line,
    );
    const others = [
      ...text.matchAll(/\b(s3Client|s3VersionListingClient|s3ListingClient)\(|(dynamo\w+)\((?![^;]*clientOptions\()/g),
    ].map(([line]) => line);
    return [...made, ...(name === 'aws/bucket-client.ts' ? [] : others)].map((line) => `${name}: ${line}`);
  });
  expect(wrong).toEqual([]);
});
