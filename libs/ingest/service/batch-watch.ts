import type { Inbox, InboxRowKey } from './inbox.js';

const POLL_MS = 10;

interface Watcher {
  readonly row: InboxRowKey;
  readonly deadline: number;
  readonly resolve: (finished: boolean) => void;
}

/** Waits for the worker to finish inbox rows: one query for all who wait, and none when nobody does. */
export class BatchWatch {
  private readonly watchers = new Map<string, Watcher[]>();
  private polling = false;

  constructor(private readonly inbox: Pick<Inbox, 'finished'>) {}

  /** Whether the row was finished within the time. */
  finished(row: InboxRowKey, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const key = keyOf(row);
      const watchers = this.watchers.get(key) ?? [];
      watchers.push({ row, deadline: performance.now() + waitMs, resolve });
      this.watchers.set(key, watchers);
      if (!this.polling) void this.poll();
    });
  }

  private async poll(): Promise<void> {
    this.polling = true;
    while (this.watchers.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      for (const key of (await this.ask()).map(keyOf)) {
        for (const { resolve } of this.watchers.get(key) ?? []) resolve(true);
        this.watchers.delete(key);
      }
      this.dismissLate();
    }
    this.polling = false;
  }

  private async ask(): Promise<readonly InboxRowKey[]> {
    try {
      return await this.inbox.finished([...this.watchers.values()].flatMap(([first]) => (first ? [first.row] : [])));
    } catch {
      // The database is out of reach: those who wait are answered when their time is up, with what is known by then.
      return [];
    }
  }

  private dismissLate(): void {
    const now = performance.now();
    for (const [key, watchers] of this.watchers) {
      const patient = watchers.filter(({ deadline }) => deadline > now);
      for (const { resolve, deadline } of watchers) if (deadline <= now) resolve(false);
      if (patient.length === 0) this.watchers.delete(key);
      else this.watchers.set(key, patient);
    }
  }
}

function keyOf({ accountId, inboxId }: InboxRowKey): string {
  return `${accountId}/${inboxId}`;
}
