import { type DataSource, type EntityManager, In } from 'typeorm';
import type { ChangedTeam, Team, TeamChange, TeamPage, TeamStore } from '../service/team-store.js';
import { TeamEntity } from './team.entity.js';
import { TeamVersionEntity } from './team-version.entity.js';

export class TypeormTeamStore implements TeamStore {
  constructor(private readonly dataSource: DataSource) {}

  async list({ accountId, after, limit }: TeamPage): Promise<readonly Team[]> {
    const query = this.dataSource.manager
      .createQueryBuilder(TeamEntity, 'team')
      .where('team.account_id = :accountId', { accountId })
      // Code-unit order, whatever the database's locale: a page must go on where the last one ended.
      .orderBy('team.team collate "C"')
      .limit(limit);
    if (after !== undefined) query.andWhere('team.team collate "C" > :after', { after });
    return withVersions(this.dataSource.manager, accountId, await query.getMany());
  }

  async find(accountId: number, team: string): Promise<Team | undefined> {
    return findTeam(this.dataSource.manager, accountId, team);
  }

  change(
    accountId: number,
    team: string,
    decide: (current: Team | undefined) => TeamChange | undefined,
  ): Promise<ChangedTeam> {
    return this.dataSource.transaction(async (manager) => {
      // One change of the account's teams at a time: rare, by hand, and free of deadlocks this way.
      await manager.query('select from billing_account where account_id = $1 for no key update', [accountId]);
      const current = await findTeam(manager, accountId, team);
      const change = decide(current);
      if (change) await applyChange(manager, change, current);
      return { before: current, after: change ? await findTeam(manager, accountId, team) : current };
    });
  }
}

async function applyChange(manager: EntityManager, change: TeamChange, current: Team | undefined): Promise<void> {
  const { accountId, team, displayName, version } = change;
  // An event may register the team at this moment, so the row may be there after all.
  await manager.query(
    `insert into team (account_id, team, display_name, registered_by) values ($1, $2, $3, 'admin')
     on conflict (account_id, team) do update set display_name = case when $4 then excluded.display_name else team.display_name end`,
    [accountId, team, displayName ?? null, displayName !== undefined],
  );
  if (!version) return;
  await manager.insert(TeamVersionEntity, {
    accountId,
    team,
    version: (current?.versions.at(-1)?.version ?? 0) + 1,
    validFrom: new Date(version.validFrom),
    costCenter: version.costCenter,
    recordedAt: new Date(version.recordedAt),
    recordedBy: version.recordedBy,
  });
}

async function findTeam(manager: EntityManager, accountId: number, team: string): Promise<Team | undefined> {
  const rows = await manager.findBy(TeamEntity, { accountId, team });
  const [found] = await withVersions(manager, accountId, rows);
  return found;
}

async function withVersions(manager: EntityManager, accountId: number, teams: readonly TeamEntity[]): Promise<Team[]> {
  if (teams.length === 0) return [];
  const rows = await manager.find(TeamVersionEntity, {
    where: { accountId, team: In(teams.map(({ team }) => team)) },
    order: { version: 'asc' },
  });
  const byTeam = new Map<string, TeamVersionEntity[]>();
  for (const row of rows) byTeam.set(row.team, [...(byTeam.get(row.team) ?? []), row]);
  return teams.map(({ team, displayName, registeredBy, createdAt }) => ({
    team,
    displayName,
    registeredBy,
    createdAt: createdAt.getTime(),
    versions: (byTeam.get(team) ?? []).map((row) => ({
      version: row.version,
      validFrom: row.validFrom.getTime(),
      costCenter: row.costCenter,
      recordedAt: row.recordedAt.getTime(),
      recordedBy: row.recordedBy,
    })),
  }));
}
