import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { CLOCK, ENVIRONMENT, type Environment, isOutOfReach } from '#platform';
import { BootstrapKeyFolder } from './adapter/bootstrap-key-folder.js';
import { DIRECTORY_ENTITIES } from './adapter/entities.js';
import { SqlAuditReader } from './adapter/sql-audit-reader.js';
import { SqlCostCenterStore } from './adapter/sql-cost-center-store.js';
import { SqlMappingRuleStore } from './adapter/sql-mapping-rule-store.js';
import { SqlTeamDirectory } from './adapter/sql-team-directory.js';
import { TypeormAccountReader } from './adapter/typeorm-account-reader.js';
import { TypeormKeyStore } from './adapter/typeorm-key-store.js';
import { TypeormTeamStore } from './adapter/typeorm-team-store.js';
import { ACCOUNT_READER } from './service/account-reader.js';
import { AUDIT_READER } from './service/audit-reader.js';
import { ENSURE_BOOTSTRAP_KEY, EnsureBootstrapKey } from './service/bootstrap-key.js';
import { COST_CENTER_READER } from './service/cost-center-reader.js';
import { COST_CENTERS, CostCenters } from './service/cost-centers.js';
import { KEY_AUTHENTICATOR, KeyAuthenticator } from './service/key-authenticator.js';
import { KEY_STORE, type KeyStore } from './service/key-store.js';
import { KEYS, Keys } from './service/keys.js';
import { MAPPING_RULE_READER } from './service/mapping-rule-reader.js';
import { MAPPING_RULES, MappingRules } from './service/mapping-rules.js';
import { TEAM_DIRECTORY } from './service/team-directory.js';
import { TEAM_READER, type TeamReader } from './service/team-reader.js';
import { TEAMS, Teams } from './service/teams.js';

@Module({
  imports: [TypeOrmModule.forFeature(DIRECTORY_ENTITIES)],
  providers: [
    { provide: ACCOUNT_READER, useFactory: (db: DataSource) => new TypeormAccountReader(db), inject: [DataSource] },
    { provide: AUDIT_READER, useFactory: (db: DataSource) => new SqlAuditReader(db), inject: [DataSource] },
    { provide: KEY_STORE, useFactory: (db: DataSource) => new TypeormKeyStore(db), inject: [DataSource] },
    { provide: TEAM_DIRECTORY, useFactory: (db: DataSource) => new SqlTeamDirectory(db), inject: [DataSource] },
    { provide: TEAM_READER, useExisting: TEAM_DIRECTORY },
    {
      provide: KEY_AUTHENTICATOR,
      useFactory: (store: KeyStore, clock: Clock) => new KeyAuthenticator(store, clock, isOutOfReach),
      inject: [KEY_STORE, CLOCK],
    },
    {
      provide: KEYS,
      useFactory: (store: KeyStore, clock: Clock, authenticator: KeyAuthenticator) =>
        new Keys(store, clock, (apiKeyId) => authenticator.forget(apiKeyId)),
      inject: [KEY_STORE, CLOCK, KEY_AUTHENTICATOR],
    },
    {
      provide: TEAMS,
      useFactory: (db: DataSource, clock: Clock) => new Teams(new TypeormTeamStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    { provide: COST_CENTER_READER, useFactory: (db: DataSource) => new SqlCostCenterStore(db), inject: [DataSource] },
    {
      provide: COST_CENTERS,
      useFactory: (db: DataSource, clock: Clock) => new CostCenters(new SqlCostCenterStore(db), clock),
      inject: [DataSource, CLOCK],
    },
    { provide: MAPPING_RULE_READER, useFactory: (db: DataSource) => new SqlMappingRuleStore(db), inject: [DataSource] },
    {
      provide: MAPPING_RULES,
      useFactory: (db: DataSource, teams: TeamReader, { unknownTeams, billableTags }: Environment, clock: Clock) => {
        const store = new SqlMappingRuleStore(db);
        const settings = { billableTags, keepsSources: unknownTeams !== 'register' };
        return new MappingRules(store, store, teams, settings, clock);
      },
      inject: [DataSource, TEAM_READER, ENVIRONMENT, CLOCK],
    },
    {
      provide: ENSURE_BOOTSTRAP_KEY,
      useFactory: (store: KeyStore, { dataDir }: Environment, clock: Clock) =>
        new EnsureBootstrapKey(store, new BootstrapKeyFolder(dataDir), clock),
      inject: [KEY_STORE, ENVIRONMENT, CLOCK],
    },
  ],
  exports: [
    ACCOUNT_READER,
    AUDIT_READER,
    COST_CENTER_READER,
    COST_CENTERS,
    ENSURE_BOOTSTRAP_KEY,
    KEY_AUTHENTICATOR,
    KEYS,
    MAPPING_RULE_READER,
    MAPPING_RULES,
    TEAM_DIRECTORY,
    TEAM_READER,
    TEAMS,
  ],
})
export class DirectoryModule {}
