import { ChecksumAlgorithm } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS } from '../../../shared/objects/bucket.ts';

it('every checksum that the installed SDK knows is carried over', () => {
  expect(CHECKSUM_ALGORITHMS.toSorted()).toEqual(Object.values(ChecksumAlgorithm).toSorted());
});
