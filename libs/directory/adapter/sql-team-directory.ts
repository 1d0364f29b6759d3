import type { DataSource } from 'typeorm';
import type { TeamInputs, TeamVersion } from '../domain/index.js';
import type { TeamDirectory } from '../service/team-directory.js';
import type { TeamReader } from '../service/team-reader.js';

interface TeamRow {
  readonly team: string;
  readonly versions: readonly {
    readonly version: number;
    readonly valid_from_ms: number;
    readonly cost_center: string | null;
  }[];
}

/** Each team with its versions in one row. `$2` null: all teams of the account. */
const SELECT_TEAMS = `
  select t.team, coalesce(v.versions, '[]') as versions
  from team t
  left join lateral (
    select json_agg(json_build_object('version', version, 'valid_from_ms', (extract(epoch from valid_from) * 1000)::bigint,
      'cost_center', cost_center) order by version) as versions
    from team_version v where v.account_id = t.account_id and v.team = t.team
  ) v on true
  where t.account_id = $1 and ($2::text[] is null or t.team = any($2))
  order by t.team collate "C"`;

/** Reads teams for the stages that need all or many of them at once. */
export class SqlTeamDirectory implements TeamDirectory, TeamReader {
  constructor(private readonly dataSource: DataSource) {}

  async load(accountId: number): Promise<readonly TeamInputs[]> {
    return (await this.dataSource.query<TeamRow[]>(SELECT_TEAMS, [accountId, null])).map(fromRow);
  }

  async find(accountId: number, teams: readonly string[]): Promise<ReadonlyMap<string, TeamInputs>> {
    if (teams.length === 0) return new Map();
    const rows = await this.dataSource.query<TeamRow[]>(SELECT_TEAMS, [accountId, [...new Set(teams)]]);
    return new Map(rows.map((row) => [row.team, fromRow(row)]));
  }

  async register(accountId: number, teams: readonly string[]): Promise<void> {
    if (teams.length === 0) return;
    // In one order for all, so that two flushes cannot wait for each other.
    await this.dataSource.query(
      `insert into team (account_id, team, registered_by)
       select $1, team, 'event' from unnest($2::text[]) team on conflict do nothing`,
      [accountId, [...new Set(teams)].sort()],
    );
  }
}

function fromRow({ team, versions }: TeamRow): TeamInputs {
  return {
    team,
    versions: versions.map(
      ({ version, valid_from_ms: validFrom, cost_center: costCenter }): TeamVersion => ({
        version,
        validFrom,
        costCenter,
      }),
    ),
  };
}
