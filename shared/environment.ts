/** What a function's environment says, as Node has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {Error} if the variable is missing or empty. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`Cannot start: the environment variable ${name} is missing; deploy the stack of the function again`);
}

/** Where S3 is, if not where AWS has it. */
export function s3Endpoint(environment: Environment): string | undefined {
  return environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'];
}
