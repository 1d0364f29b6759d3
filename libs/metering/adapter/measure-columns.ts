/** In the order of `TOKEN_CLASSES`. */
export const TOKEN_COLUMNS = [
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
];

/** Of an event, null where it does not say; of a bucket, their sums. */
export const DURATION_COLUMNS = ['inference_micros', 'prefill_micros', 'decode_micros'];

/** What a bucket sums up, in the order of `USAGE_MEASURES`. */
export const MEASURE_COLUMNS = ['requests', ...TOKEN_COLUMNS, ...DURATION_COLUMNS, 'untimed_requests'];
