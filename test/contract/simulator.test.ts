import { s3Client } from '../../shared/s3/s3-bucket.ts';
import { vi } from 'vitest';
import { startSimulator } from '../support/s3-simulator/http-server.ts';
import { createStore } from '../support/s3-simulator/store.ts';
import { bucketContract } from './bucket-contract.ts';
import { sdkGround } from './sdk-ground.ts';

bucketContract('the simulator, through the SDK', async () => {
  const simulator = await startSimulator(createStore({ account: '111122223333' }));
  vi.stubEnv('AWS_ENDPOINT_URL_S3', simulator.endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const side = (name: string, region: string) => {
    const client = (attempts: number) => s3Client(region, { attempts, sockets: 10, endpoint: simulator.endpoint });
    return { name, client: client(3), commitClient: client(1) };
  };
  const ground = await sdkGround('111122223333', {
    source: side('contract-source', 'us-east-1'),
    destination: side('contract-destination', 'eu-west-1'),
  });
  return {
    ...ground,
    async cleanUp() {
      await ground.cleanUp();
      await simulator.close();
      vi.unstubAllEnvs();
    },
  };
});
