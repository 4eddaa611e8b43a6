/**
 * What is wrong with a name for a bucket, with the remedy; `undefined` if nothing is.
 *
 * Stricter than S3 in one thing: old buckets in us-east-1 may be called otherwise, and cannot lend their name to a function.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function bucketNameFault(name: string): string | undefined {
  return RULES.find(([breaks]) => breaks.test(name))?.[1];
}

const RULES: readonly (readonly [breaks: RegExp, fault: string])[] = [
  [/^.{0,2}$|^.{64}/, 'a bucket name has 3 to 63 characters; write the name of another bucket'],
  [/_/, 'a "_" cannot be in the name, it stands for "." in names made from it; use a bucket without it'],
  [/[^a-z0-9.-]/, 'only lowercase letters, digits, "." and "-" can be in the name; use a bucket without others'],
  [/^[.-]|[.-]$/, 'a bucket name begins and ends with a letter or digit; write it so'],
  [/\.\./, 'two dots cannot stand side by side; write one'],
  [/^\d+(\.\d+){3}$/, 'a bucket name cannot look like an IP address; write the name of another bucket'],
  [
    /^(xn--|sthree-|amzn-s3-demo-)/,
    'S3 keeps names that begin with xn--, sthree- or amzn-s3-demo- to itself; use another',
  ],
  [
    /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
    'S3 keeps names that end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3 to itself, for things that are not general purpose buckets; use another',
  ],
];
