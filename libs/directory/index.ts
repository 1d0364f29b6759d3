export * from './domain/index.js';
export { ACCOUNT_READER, type AccountReader } from './service/account-reader.js';
export { AUDIT_READER, type AuditPage, type AuditReader } from './service/audit-reader.js';
export {
  type BootstrapKey,
  type BootstrapKeyFile,
  ENSURE_BOOTSTRAP_KEY,
  EnsureBootstrapKey,
} from './service/bootstrap-key.js';
export { COST_CENTER_READER, type CostCenterReader } from './service/cost-center-reader.js';
export type { CostCenter } from './service/cost-center-store.js';
export { COST_CENTERS, CostCenters } from './service/cost-centers.js';
export { KEY_AUTHENTICATOR, KeyAuthenticator } from './service/key-authenticator.js';
export { KEY_STORE, type KeyPage, type KeyStore } from './service/key-store.js';
export { type CreatedKey, type CreateKeyInput, KEYS, Keys } from './service/keys.js';
export { MAPPING_RULE_READER, type MappingRuleReader } from './service/mapping-rule-reader.js';
export type { RecordedMappingRule, StoredRules } from './service/mapping-rule-store.js';
export { MAPPING_RULES, MappingRules } from './service/mapping-rules.js';
export { MAPPING_RULE_COLUMNS } from './service/read-mapping-rule-row.js';
export { TEAM_DIRECTORY, type TeamDirectory } from './service/team-directory.js';
export { TEAM_READER, type TeamReader } from './service/team-reader.js';
export {
  type RecordedTeamVersion,
  type Team,
  type TeamChange,
  type TeamPage,
  type TeamStore,
} from './service/team-store.js';
export { type SetTeamInput, TEAMS, Teams } from './service/teams.js';
