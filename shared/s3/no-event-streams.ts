/**
 * What the functions are bundled with in place of the SDK's `@smithy/core/event-streams`, 15 kB of code for answers that arrive as a stream of events. Only
 * SelectObjectContent has such an answer among all that is asked of S3, and nobody here asks it.
 *
 * If the SDK comes to need more of that module, the bundling fails with its name.
 */
export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Cannot read a stream of events: the SDK was bundled without that; see infra/parts/node-function.ts');
}

export { eventStreamSerdeProvider as EventStreamSerde };
