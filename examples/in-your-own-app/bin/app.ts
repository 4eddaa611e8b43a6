import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { addFanout } from 's3-fanout-replicator';
import configuration from '../replicator.config';

/** An app with a stack of its own, in CommonJS, as `cdk init app --language typescript` makes one. */
const app = new App();

const website = new Stack(app, 'website', { env: { region: 'us-east-1' } });
new s3.Bucket(website, 'Pages', { enforceSSL: true });

addFanout(app, configuration);
