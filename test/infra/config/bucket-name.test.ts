import { describe, expect, it } from 'vitest';
import { bucketNameFault } from '../../../infra/config/bucket-name.ts';

describe('bucketNameFault()', () => {
  it.each([
    'abc',
    'photos-eu',
    'www.photos.example',
    '1-a',
    '1.2.3.4.5',
    'a'.repeat(63),
    'photos-123456789012-eu-west-1-an',
  ])('accepts %s', (name) => {
    expect(bucketNameFault(name)).toBeUndefined();
  });

  it.each([
    { name: '', fault: /3 to 63 characters/ },
    { name: 'ab', fault: /3 to 63 characters/ },
    { name: 'a'.repeat(64), fault: /3 to 63 characters/ },
    { name: 'old_photos', fault: /"_"/ },
    { name: 'Photos', fault: /lowercase/ },
    { name: 'photos/eu', fault: /lowercase/ },
    { name: 'fotos\n', fault: /lowercase/ },
    { name: 'grüße', fault: /lowercase/ },
    { name: '-photos', fault: /begins and ends/ },
    { name: 'photos.', fault: /begins and ends/ },
    { name: 'photos..eu', fault: /two dots/ },
    { name: '192.168.5.4', fault: /IP address/ },
    { name: 'xn--photos', fault: /xn--/ },
    { name: 'sthree-photos', fault: /sthree-/ },
    { name: 'amzn-s3-demo-photos', fault: /amzn-s3-demo-/ },
    { name: 'photos-s3alias', fault: /-s3alias/ },
    { name: 'photos--ol-s3', fault: /--ol-s3/ },
    { name: 'photos.mrap', fault: /\.mrap/ },
    { name: 'photos--use1-az4--x-s3', fault: /--x-s3/ },
    { name: 'photos--table-s3', fault: /--table-s3/ },
  ])('refuses "$name"', ({ name, fault }) => {
    expect(bucketNameFault(name)).toMatch(fault);
  });
});
