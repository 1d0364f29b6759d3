export type { Account } from './account.js';
export type { AuditEntry } from './audit-entry.js';
export { businessUnitAt, type CostCenterInputs, type CostCenterVersion } from './cost-center.js';
export { type MachineKey, type NewMachineKey, parseMachineKey, sha256 } from './machine-key.js';
export {
  compareRules,
  MAPPING_MATCHES,
  type MappingMatch,
  type MappingRule,
} from './mapping-rule.js';
export { literalLength, matchesPattern } from './name-pattern.js';
export { type Caller, isScope, SCOPES, type Scope } from './scope.js';
export { costCenterAt, type TeamInputs, type TeamVersion } from './team.js';
