/**
 * In the place of the SDK's event streams, which only S3 Select speaks: they would be a fiftieth of the bundle. An import that is not here fails when the
 * function is bundled.
 */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}

export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}

/** Loaded for an answer that is an event stream. */
export function EventStreamSerde(): never {
  throw new Error('The event streams of the SDK are left out of this bundle');
}
