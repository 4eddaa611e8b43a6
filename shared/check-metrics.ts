/**
 * The names of the metrics that tell whether replication works without anybody using it. Of each destination, in its Region, in the namespace
 * `METRICS_NAMESPACE`.
 */
export const CHECK_METRICS = {
  /** 1 or 0, for each canary: whether it arrived in time, as it was put. */
  canaryArrived: 'CanaryArrived',
  /** Milliseconds from the put to the moment when it was seen, of those that arrived. */
  canaryDelay: 'CanaryDelay',
  /** Objects whose contents were compared, by their bytes or checksums. */
  scrubbed: 'Scrubbed',
  /** Bytes that were read for that, on both sides. */
  scrubbedBytes: 'ScrubbedBytes',
  /** Objects that were found to differ though their listings agree. */
  scrubDrift: 'ScrubDrift',
} as const;
