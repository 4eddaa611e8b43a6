import { App } from 'aws-cdk-lib';
import { addFanout } from 's3-fanout-replicator';
import configuration from './replicator.config.ts';

addFanout(new App(), configuration);
