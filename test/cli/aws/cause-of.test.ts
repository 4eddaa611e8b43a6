import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../cli/aws/cause-of.ts';
import { isOfTheConnection } from '../../../cli/aws/cause.ts';
import { explained } from '../../../cli/aws/explained.ts';
import { UsageError } from '../../../cli/terminal/usage-error.ts';
import { BucketError } from '../../../shared/objects/bucket.ts';
import { noListing, notEncoded } from '../../../shared/listing/verified-page.ts';

/** As the SDK and Node make them. */
function failing(name: string, { message = '', ...fields }: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new Error(String(message)), { name, ...fields });
}

function network(code: string, fields: Readonly<Record<string, unknown>> = {}): Error {
  return failing('Error', { message: `something ${code}`, code, ...fields });
}

const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
const DENIED =
  'User: arn:aws:iam::111122223333:user/jo is not authorized to perform: states:StartExecution on resource: arn:aws:states:us-east-1:111122223333:stateMachine:m because no identity-based policy allows the states:StartExecution action';

describe('causeOf', () => {
  it.each([
    [
      'refused',
      network('ECONNREFUSED', { address: '10.0.0.1', port: 443 }),
      'network',
      '10.0.0.1:443',
      'check the network',
    ],
    [
      'refused twice',
      new AggregateError([network('ECONNREFUSED', { address: '::1', port: 4566 })], ''),
      'network',
      '::1:4566',
      'network',
    ],
    ['reset', network('ECONNRESET'), 'network', 'cut', 'network'],
    ['hung up', failing('Error', { message: 'socket hang up' }), 'network', 'cut', 'network'],
    [
      'no DNS',
      network('EAI_AGAIN', { hostname: 'sqs.eu-west-1.amazonaws.com' }),
      'network',
      'looked up',
      'Region eu-west-1',
    ],
    [
      'no such host',
      network('ENOTFOUND', { hostname: 'sqs.eu-wset-1.amazonaws.com' }),
      'network',
      'no host',
      'Region eu-wset-1',
    ],
    [
      'no answer',
      failing('TimeoutError', { message: 'Connection timed out after 10000 ms' }),
      'network',
      'in time',
      'network',
    ],
    [
      'a deadline',
      new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
      'network',
      'in time',
      'network',
    ],
    ['TLS', network('SELF_SIGNED_CERT_IN_CHAIN'), 'network', 'not trusted', 'NODE_EXTRA_CA_CERTS'],
    [
      'no credentials',
      failing('CredentialsProviderError', { message: 'Could not load credentials from any providers' }),
      'no credentials',
      'no AWS credentials',
      'AWS_PROFILE',
    ],
    [
      'no profile',
      failing('CredentialsProviderError', {
        message: 'Could not resolve credentials using profile: [nope] in configuration/credentials file(s).',
      }),
      'no credentials',
      '[nope]',
      'a profile that there is',
    ],
    [
      'SSO',
      failing('CredentialsProviderError', { message: 'The SSO session associated with this profile has expired.' }),
      'expired',
      'expired',
      'aws sso login',
    ],
    [
      'a token of SSO',
      failing('TokenProviderError', { message: 'Token is expired.' }),
      'expired',
      'expired',
      'aws sso login',
    ],
    ['ExpiredToken', failing('ExpiredToken'), 'expired', 'expired', 'log in again'],
    ['ExpiredTokenException', failing('ExpiredTokenException'), 'expired', 'expired', 'log in again'],
    ['InvalidClientTokenId', failing('InvalidClientTokenId'), 'not accepted', 'does not accept', 'AWS_ACCESS_KEY_ID'],
    [
      'UnrecognizedClientException',
      failing('UnrecognizedClientException'),
      'not accepted',
      'does not accept',
      'AWS_SESSION_TOKEN',
    ],
    [
      'SignatureDoesNotMatch',
      failing('SignatureDoesNotMatch'),
      'not accepted',
      'does not accept',
      'AWS_SECRET_ACCESS_KEY',
    ],
    ['a Region that is off', failing('OptInRequired'), 'not accepted', 'OptInRequired', 'not enabled'],
    ['the clock', failing('RequestTimeTooSkewed'), 'clock', 'clock', 'set the clock'],
    [
      'the clock, by STS',
      failing('SignatureDoesNotMatch', {
        message: 'Signature expired: 20261130T000000Z is now earlier than 20261130T230000Z',
      }),
      'clock',
      'clock',
      'set the clock',
    ],
    [
      'the clock, ahead',
      failing('InvalidSignatureException', { message: 'Signature not yet current' }),
      'clock',
      'clock',
      'set the clock',
    ],
    ['throttling', failing('ThrottlingException'), 'throttled', 'throttles', 'wait'],
    ['SlowDown', failing('SlowDown', { $metadata: { httpStatusCode: 503 } }), 'throttled', 'throttles', 'wait'],
    ['429', failing('Any', { $metadata: { httpStatusCode: 429 } }), 'throttled', 'throttles', 'wait'],
    [
      '500',
      failing('InternalError', { $metadata: { httpStatusCode: 500 } }),
      'AWS',
      'AWS itself failed (500',
      'health',
    ],
    ['another Region', failing('PermanentRedirect', { Region: 'eu-west-1' }), 'Region', 'in eu-west-1', 'head-bucket'],
    [
      'another Region, signed wrongly',
      failing('AuthorizationHeaderMalformed', { message: "the region 'us-east-1' is wrong; expecting 'eu-west-1'" }),
      'Region',
      'in eu-west-1',
      'configuration',
    ],
    [
      'denied',
      failing('AccessDeniedException', { message: DENIED }),
      'denied',
      'does not allow states:StartExecution on arn:aws:states:us-east-1:111122223333:stateMachine:m to arn:aws:iam::111122223333:user/jo, because no identity-based policy',
      'allow states:StartExecution',
    ],
    [
      'denied for good',
      failing('AuthorizationError', {
        message: `${DENIED.split(' because')[0]} with an explicit deny in a service control policy`.replace(
          ' with',
          ' because with',
        ),
      }),
      'denied',
      'explicit deny',
      'change the policy',
    ],
    [
      'no listing of S3',
      noListing('photos', 'a key is empty'),
      'listing',
      'Cannot list "photos": a key is empty',
      'S3 itself does not answer so',
    ],
    [
      'not AWS',
      Object.assign(new SyntaxError('Unexpected token <'), { $metadata: {} }),
      'not AWS',
      'not AWS',
      'AWS_ENDPOINT_URL',
    ],
  ])('%s', (_, error, kind, why, remedy) => {
    const cause = causeOf(error, {});
    expect(cause).toMatchObject({ kind, why: expect.stringContaining(why), remedy: expect.stringContaining(remedy) });
    // However deep it is wrapped.
    const wrapped = new Error('Cannot do it', { cause: new Error('because', { cause: error }) });
    // What the clock says goes on.
    expect({ ...causeOf(wrapped, {}), why: '' }).toEqual({ ...cause, why: '' });
    // A fault of the network is never said to be one of logging in, nor the other way round.
    const wrong = kind === 'network' ? /log in|credential/i : /check the network/;
    expect(`${cause.why} ${cause.remedy}`).not.toMatch(wrong);
  });

  it('asks after npm start where an AWS on this machine does not answer', () => {
    const cause = causeOf(network('ECONNREFUSED', { address: '127.0.0.1', port: 4566 }), LOCAL);
    expect(cause.why).toBe('no connection to 127.0.0.1:4566 (ECONNREFUSED): nothing listens there');
    expect(cause.remedy).toMatch(/is `npm start` still running\?/);
  });

  it('names a proxy that does not answer, or refuses', () => {
    const environment = { HTTPS_PROXY: 'proxy.example.com:3128' };
    const silent = network('ENOTFOUND', { hostname: 'proxy.example.com' });
    expect(causeOf(silent, environment)).toMatchObject({
      kind: 'proxy',
      why: expect.stringContaining('proxy.example.com:3128'),
    });
    const refusing = network('ERR_PROXY_TUNNEL');
    expect(causeOf(refusing, environment)).toMatchObject({
      kind: 'proxy',
      remedy: expect.stringContaining('HTTPS_PROXY'),
    });
  });

  it('names the profile that has to log in again', () => {
    const { why, remedy } = causeOf(failing('ExpiredToken'), { AWS_PROFILE: 'ops' });
    expect(`${why} ${remedy}`).toMatch(/AWS_PROFILE=ops.*aws sso login --profile ops/);
  });

  it('leaves it to whoever asked where it cannot tell, and keeps what was said', () => {
    const head = new S3ServiceException({
      name: 'Unknown',
      message: 'UnknownError',
      $fault: 'client',
      $metadata: { httpStatusCode: 403 },
    });
    const denied = new BucketError('Cannot look at "k" in "b": status 403: access denied', {
      code: 'status 403',
      cause: head,
    });
    expect(causeOf(denied, {})).toEqual({ kind: 'denied', why: denied.message });
    expect(causeOf(failing('QueueDoesNotExist', { message: 'no such queue' }), {})).toEqual({
      kind: 'other',
      why: 'QueueDoesNotExist: no such queue',
    });
    expect(causeOf('odd', {})).toEqual({ kind: 'other', why: 'odd' });
  });
});

it('does not ask for a permission where a listing is not what S3 answers', async () => {
  const work = async () => {
    throw notEncoded('photos-eu');
  };
  await expect(explained('count the keys of photos-eu', { remedy: 'the credentials need more', work })).rejects.toThrow(
    /^Cannot count the keys of photos-eu: Cannot list "photos-eu": what answered did not encode the keys.*; S3 itself does not answer so: check AWS_ENDPOINT_URL/,
  );
});

it('knows what is of the connection, and not of one request', () => {
  expect(
    (['network', 'proxy', 'expired', 'no credentials', 'not accepted', 'clock', 'not AWS'] as const).every(
      isOfTheConnection,
    ),
  ).toBe(true);
  expect((['denied', 'throttled', 'Region', 'AWS', 'other'] as const).some(isOfTheConnection)).toBe(false);
});

describe('explained', () => {
  const failsWith = (error: unknown) =>
    explained('do it', {
      remedy: 'ask them',
      async work() {
        throw error;
      },
    });

  it('says the remedy of the cause, or else that of whoever asked', async () => {
    await expect(failsWith(failing('RequestTimeTooSkewed'))).rejects.toThrow(
      /^Cannot do it: the clock .*; set the clock$/,
    );
    await expect(failsWith(failing('QueueDoesNotExist', { message: 'none' }))).rejects.toThrow(
      'Cannot do it: QueueDoesNotExist: none; ask them',
    );
  });

  it('lets pass what was said already, and what was given up', async () => {
    const said = new UsageError('said');
    await expect(failsWith(said)).rejects.toBe(said);
    const gone = new DOMException('gone', 'AbortError');
    await expect(failsWith(gone)).rejects.toBe(gone);
  });
});
