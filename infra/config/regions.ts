/** Those that every account has. @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
export const REGIONS_ON_BY_DEFAULT = new Set<string>([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'sa-east-1',
]);

/** Those that an account must opt into, or that are another partition's. */
const OTHER_REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-2',
  'eu-isoe-west-1',
  'eu-south-1',
  'eu-south-2',
  'eusc-de-east-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'me-west-1',
  'mx-central-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-iso-west-1',
  'us-isob-east-1',
  'us-isob-west-1',
  'us-isof-east-1',
  'us-isof-south-1',
];

/** All Regions that this version of the CDK knows. */
export const REGIONS: readonly string[] = [...REGIONS_ON_BY_DEFAULT, ...OTHER_REGIONS];

export function isRegion(name: string): boolean {
  return REGIONS.includes(name);
}
