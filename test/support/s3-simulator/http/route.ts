import type { Store } from '../store.ts';
import type { Commit } from '../write.ts';
import type { S3Request, S3Response } from './request.ts';

export type Route = (store: Store, request: S3Request) => Commit<S3Response>;
