import { once } from 'node:events';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { errorText, sqlStateOf } from '#platform';
import type { FlushSession } from '../service/event-sink.js';
import { UnstorableError } from '../service/unstorable-error.js';

/** Runs statements on one connection; what the database cannot hold becomes an `UnstorableError`. */
export class PgSession implements FlushSession {
  constructor(private readonly client: ClientBase) {}

  async query(text: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    return translated(async () => {
      const { rows } = await this.client.query<unknown[]>({ text, values: [...values], rowMode: 'array' });
      return rows;
    });
  }

  async copy(text: string, bytes: Uint8Array): Promise<void> {
    return translated(async () => {
      const stream = this.client.query(copyFrom(text));
      const finished = once(stream, 'finish');
      stream.end(bytes);
      await finished;
    });
  }
}

const DATA_FAULT = /^(22|23|54)/;

/** Runs the work and says by the type of what it throws whether the data was at fault. */
export async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (DATA_FAULT.test(sqlStateOf(error) ?? '')) throw new UnstorableError(errorText(error), { cause: error });
    throw error;
  }
}
