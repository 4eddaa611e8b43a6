import { S3Error } from '../s3-error.ts';
import { bucketNamed, changeBucket, createBucket } from '../store.ts';
import { empty, seconds, xml, XML } from './answer.ts';
import type { Route } from './route.ts';
import { bucketTarget } from './target.ts';
import { element, optional, parseXml, textOf } from './xml.ts';

const create: Route = (store, request) => () => {
  const region = request.body.length > 0 ? textOf(parseXml(request.body.toString()), 'LocationConstraint') : undefined;
  createBucket(store, { name: bucketTarget(request).bucket, ...(region !== undefined && { region }) });
  return empty(200, { location: `/${request.bucket}` });
};

const head: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const found = bucketNamed(store, bucket, expectedOwner);
  if (!found.mayList) throw new S3Error('AccessDenied');
  return empty(200, { 'x-amz-bucket-region': found.region });
};

/** A bucket with old versions, delete markers or uploads in it cannot be deleted either. */
const remove: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const found = bucketNamed(store, bucket, expectedOwner);
  const holds = [...found.keys.values()].some((state) => state.versions.length > 0);
  if (holds || found.uploads.size > 0) throw new S3Error('BucketNotEmpty');
  store.buckets.delete(bucket);
  return empty(204);
};

/** A bucket in us-east-1 has no location. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const location: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const { region } = bucketNamed(store, bucket, expectedOwner);
  return xml(element('LocationConstraint', region === 'us-east-1' ? undefined : region));
};

const getLifecycle: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const { lifecycle } = bucketNamed(store, bucket, expectedOwner);
  if (lifecycle === undefined) throw new S3Error('NoSuchLifecycleConfiguration');
  const body = `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${lifecycle}</LifecycleConfiguration>`;
  return { status: 200, headers: XML, body };
};

const getTagging: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const { tags } = bucketNamed(store, bucket, expectedOwner);
  if (tags === undefined) throw new S3Error('NoSuchTagSet');
  const shown = Object.entries(tags).map(([key, value]) =>
    element('Tag', element('Key', key), element('Value', value)),
  );
  return xml(element('Tagging', element('TagSet', ...shown)));
};

const getAbac: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const { abac = false } = bucketNamed(store, bucket, expectedOwner);
  return xml(element('AbacStatus', element('Status', abac ? 'Enabled' : 'Disabled')));
};

const getVersioning: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  const { versioning } = bucketNamed(store, bucket, expectedOwner);
  const status = versioning === 'off' ? undefined : versioning === 'enabled' ? 'Enabled' : 'Suspended';
  return xml(element('VersioningConfiguration', optional('Status', status)));
};

const putVersioning: Route = (store, request) => () => {
  const { bucket, expectedOwner } = bucketTarget(request);
  bucketNamed(store, bucket, expectedOwner);
  const status = textOf(parseXml(request.body.toString()), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML');
  changeBucket(store, bucket, { versioning: status === 'Enabled' ? 'enabled' : 'suspended' });
  return empty(200);
};

const list: Route = (store) => () => {
  const buckets = [...store.buckets.values()].filter(({ owner }) => owner === store.account);
  const shown = buckets.map(({ name, created, region }) =>
    element(
      'Bucket',
      element('Name', name),
      element('CreationDate', seconds(created)),
      element('BucketRegion', region),
    ),
  );
  const owner = element('Owner', element('ID', store.account));
  return xml(element('ListAllMyBucketsResult', owner, element('Buckets', ...shown)));
};

export const BUCKET_ROUTES = {
  CreateBucket: create,
  HeadBucket: head,
  DeleteBucket: remove,
  GetBucketAbac: getAbac,
  GetBucketLifecycleConfiguration: getLifecycle,
  GetBucketLocation: location,
  GetBucketTagging: getTagging,
  GetBucketVersioning: getVersioning,
  PutBucketVersioning: putVersioning,
  ListBuckets: list,
};
