import type { DataSource } from 'typeorm';
import { inTime } from '#calendar';
import { errorText } from '../error-code.js';
import type { QueuePort } from '../queue/queue-port.js';

/** `down`: requests cannot be served. `degraded`: they can, and something is wrong. */
export type CheckState = 'up' | 'degraded' | 'down';

export interface Check {
  readonly state: CheckState;
  /** What is wrong, for the operator. */
  readonly detail?: string;
}

export interface ReadinessReport {
  readonly state: CheckState;
  readonly checks: Readonly<Record<'database' | 'migrations' | 'queue', Check>>;
}

const CHECK_TIMEOUT_MS = 3_000;

/** Whether the application can serve requests now. */
export class Readiness {
  private draining = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: QueuePort,
  ) {}

  get isDraining(): boolean {
    return this.draining;
  }

  /** From now on the application is not ready: it finishes what it has. */
  drain(): void {
    this.draining = true;
  }

  async report(): Promise<ReadinessReport> {
    const [database, migrations, queue] = await Promise.all([
      check('down', () => this.dataSource.query('select 1')),
      check('down', () => this.assertMigrated()),
      // The sweeper brings what the queue does not: slower, and nothing is lost.
      check('degraded', () => this.queue.ping()),
    ]);
    const states = [database.state, migrations.state, queue.state];
    const worst = this.draining || states.includes('down') ? 'down' : states.includes('degraded') ? 'degraded' : 'up';
    return { state: worst, checks: { database, migrations, queue } };
  }

  private async assertMigrated(): Promise<void> {
    if (await this.dataSource.showMigrations()) throw new Error('migrations have not been run');
  }
}

async function check(failed: CheckState, probe: () => Promise<unknown>): Promise<Check> {
  try {
    await inTime(probe(), CHECK_TIMEOUT_MS, () => new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`));
    return { state: 'up' };
  } catch (error) {
    return { state: failed, detail: errorText(error) };
  }
}
