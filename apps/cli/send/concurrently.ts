/**
 * Takes the items one by one and works on at most `limit` of them at a time; the source is asked for the next one only
 * when there is room. At the first failure no new work is begun, what is begun is waited for, and the failure is thrown.
 */
export async function concurrently<T>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    const task: Promise<void> = work(item).then(
      () => void running.delete(task),
      (error: unknown) => {
        failures.push(error);
        running.delete(task);
      },
    );
    running.add(task);
    if (running.size >= limit) await Promise.race(running);
    if (failures.length > 0) break;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
