import type { Inbox } from './inbox.js';

const POLL_MS = 10;

interface Watcher {
  readonly deadline: number;
  readonly resolve: (finished: boolean) => void;
}

/** Waits for the worker to finish inbox rows: one query for all who wait, and none when nobody does. */
export class BatchWatch {
  private readonly watchers = new Map<string, Watcher[]>();
  private polling = false;

  constructor(private readonly inbox: Pick<Inbox, 'finished'>) {}

  /** Whether the row was finished within the time. */
  finished(inboxId: string, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const watchers = this.watchers.get(inboxId) ?? [];
      watchers.push({ deadline: performance.now() + waitMs, resolve });
      this.watchers.set(inboxId, watchers);
      if (!this.polling) void this.poll();
    });
  }

  private async poll(): Promise<void> {
    this.polling = true;
    while (this.watchers.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      for (const inboxId of await this.ask()) {
        for (const { resolve } of this.watchers.get(inboxId) ?? []) resolve(true);
        this.watchers.delete(inboxId);
      }
      this.dismissLate();
    }
    this.polling = false;
  }

  private async ask(): Promise<readonly string[]> {
    try {
      return await this.inbox.finished([...this.watchers.keys()]);
    } catch {
      // The database is out of reach: those who wait are answered when their time is up, with what is known by then.
      return [];
    }
  }

  private dismissLate(): void {
    const now = performance.now();
    for (const [inboxId, watchers] of this.watchers) {
      const patient = watchers.filter(({ deadline }) => deadline > now);
      for (const { resolve, deadline } of watchers) if (deadline <= now) resolve(false);
      if (patient.length === 0) this.watchers.delete(inboxId);
      else this.watchers.set(inboxId, patient);
    }
  }
}
