import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Replicator } from '../infra/config/replicator.ts';
import { destinationStackName } from '../shared/names.ts';
import { MADE_PREFIX } from '../shared/runs/restore-target.ts';
import type { Emulator } from './emulator.ts';
import { localFolder, projectFolder } from './project-folder.ts';

const ENV_FILE = join(localFolder, 'env');

/** Writes the file that points a second terminal at the emulator. */
export async function writeEnvironmentFile({ environment }: Pick<Emulator, 'environment'>): Promise<void> {
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${value}\n`);
  await writeFile(ENV_FILE, `unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN\n${lines.join('')}`);
}

export async function removeEnvironmentFile(): Promise<void> {
  await rm(ENV_FILE, { force: true });
}

/** How to use the running system from a second terminal. */
export function guide(options: {
  readonly emulator: Pick<Emulator, 'endpoint' | 'account'>;
  readonly replicators: readonly [Replicator, ...Replicator[]];
  readonly config: string;
}): string {
  const { emulator, config } = options;
  const [{ source, destinations }] = options.replicators;
  const endpoint = `--endpoint-url ${emulator.endpoint}`;
  const file = relative(projectFolder, config);
  const [context, option] =
    file === 'replicator.config.ts' ? ['', ''] : [` --context config=${quoted(file)}`, ` --config ${quoted(file)}`];
  return `The AWS on this machine stays up until Ctrl-C, and shows here what arrives. In a second terminal, in this folder:

  . ${relative(projectFolder, ENV_FILE)}
  aws s3 cp README.md s3://${source.bucket}/hello.md ${endpoint}
  aws s3 ls s3://${destinations[0]?.bucket}/ ${endpoint}

Whether all is well, and a restore that writes nothing yet:

  npm run status${option === '' ? '' : ` --${option}`}
  npm run restore -- --from ${destinations[0]?.bucket} --new-bucket ${MADE_PREFIX}${source.bucket} --dry-run${option}

Two things are not known from the start: whether the canary arrives, which is first sent a quarter of an hour after the deploy, and whether a restore
succeeds, until one was tried: npm run restore -- --rehearse${option}

One destination more, here "${source.bucket}-new" in ap-south-1: write it into ${file}, and in the second terminal

  npx cdk bootstrap aws://${emulator.account}/ap-south-1${context}
  npx cdk deploy ${destinationStackName(`${source.bucket}-new`)} --require-approval never${context}

The emulator does not attach subscriptions across Regions, as AWS does; this program makes up for it, seconds after a deploy.
Nor does it know drift: where status says "npx cdk deploy <stack> --revert-drift", here start anew; or destroy that stack, write "existing: true" for
its bucket, which stays, and deploy it again.
`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
