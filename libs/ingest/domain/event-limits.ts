/** Bounds of one event, the same for every account; those of requests and batches are settings of the operator. */
export const EVENT_LIMITS = {
  /** UTF-16 units of `source` and `id`. */
  idLength: 256,
  /** UTF-16 units of a team, project, user, provider, model, pool, region, tier, status. */
  nameLength: 255,
  /** Tokens of one class: a billion events of this size still sum within 64 bits. */
  tokens: 1_000_000_000_000,
  /** Searches, images, pages or seconds of audio: as micro-seconds too exact as a number. */
  units: 1_000_000_000,
  /** Milliseconds: thirty-one days, longer than any request lives. */
  durationMs: 31 * 86_400_000,
  /** By how many milliseconds prefill and decode together may exceed the whole: what rounding each of them makes. */
  durationSlackMs: 1,
  tags: 32,
  tagKeyLength: 64,
  tagValueLength: 256,
} as const;
