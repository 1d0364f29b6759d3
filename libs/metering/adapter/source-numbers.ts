import type { DataSource } from 'typeorm';
import { Recent } from './recent.js';

const CACHED = 10_000;

const FIND = `select source, source_id from event_source where account_id = $1 and source = any($2::text[])`;
const ADD = `
  insert into event_source (account_id, source) select $1, source from unnest($2::text[]) source on conflict do nothing`;

/** Numbers that stand for the sources of events. A number once given stays. */
export class SourceNumbers {
  private readonly known = new Recent<string, number>(CACHED);

  constructor(private readonly dataSource: DataSource) {}

  /** One for each of the sources, new ones made as needed. */
  async of(accountId: number, sources: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
    const numbers = new Map<string, number>();
    for (const source of sources) {
      const number = this.known.get(`${accountId}\0${source}`);
      if (number !== undefined) numbers.set(source, number);
    }
    const missing = () => [...sources].filter((source) => !numbers.has(source)).sort();
    if (missing().length > 0) await this.find(accountId, missing(), numbers);
    if (missing().length > 0) {
      await this.dataSource.query(ADD, [accountId, missing()]);
      await this.find(accountId, missing(), numbers);
    }
    return numbers;
  }

  private async find(accountId: number, sources: readonly string[], numbers: Map<string, number>): Promise<void> {
    const rows = await this.dataSource.query<{ source: string; source_id: number }[]>(FIND, [accountId, sources]);
    for (const { source, source_id: number } of rows) {
      numbers.set(source, number);
      this.known.set(`${accountId}\0${source}`, number);
    }
  }
}
