import { LARGE } from '../../infra/synthesize.ts';

export default LARGE;
