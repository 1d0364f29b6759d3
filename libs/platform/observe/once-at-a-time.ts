/**
 * A reading that whoever asks meanwhile shares: the metrics of one scrape are collected side by side, in any order, and all of
 * them want the same look at the database.
 */
export function onceAtATime(read: () => Promise<void>): () => Promise<void> {
  let reading: Promise<void> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
