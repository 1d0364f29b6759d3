export * from './domain/index.js';
export { COUNT_LEDGER, type CountLedger, type CountOrder } from './service/count-ledger.js';
export {
  OVERRIDES_MAX,
  QUOTAS_MAX,
  type QuotaDefinitionStore,
  type QuotaOverridePage,
  type QuotaPage,
  type QuotaState,
  type QuotaVersionPage,
} from './service/definition-store.js';
export { DRY_RUN_QUOTA, type DryRun, DryRunQuota } from './service/dry-run-quota.js';
export type { Expectation } from './service/expectation.js';
export {
  type FieldChange,
  IMPORT_QUOTAS,
  ImportQuotas,
  type QuotaChange,
  type QuotaDiff,
  type QuotaTable,
} from './service/import-quotas.js';
export { KEEP_QUOTAS, type KeepQuotas } from './service/keep-quotas.js';
export type { QuotaWish } from './service/next-version.js';
export { QUOTA_CATALOG_READER, type QuotaCatalog, type QuotaCatalogReader } from './service/quota-catalog.js';
export { EXPORTED_COLUMNS, QUOTA_COLUMNS, toCells } from './service/quota-columns.js';
export { type OverrideWish, QUOTA_OVERRIDES, QuotaOverrides } from './service/quota-overrides.js';
export {
  CountsUnavailableError,
  type CountTotals,
  type FinishAnswer,
  type FinishOrder,
  MissingCountError,
  QUOTA_STORE,
  type QuotaStore,
  RESERVATION_STATES,
  type Reservation,
  type ReservationState,
  type ReserveAnswer,
  type ReservedShare,
  type ReserveOrder,
  StaleDefinitionsError,
} from './service/quota-store.js';
export {
  QUOTA_TRANSFERS,
  QuotaTransfers,
  type Transfer,
  type TransferSide,
  type TransferWish,
} from './service/quota-transfers.js';
export { type PutQuota, QUOTAS, Quotas } from './service/quotas.js';
export {
  type Admission,
  type AskInput,
  RESERVATIONS,
  Reservations,
  type Reserved,
  type ReserveInput,
} from './service/reservations.js';
export {
  type CountDifference,
  type CountParts,
  faultsIn,
  type QuotaVerification,
  type StoreVerification,
  VERIFY_QUOTAS,
  type VerifyQuotas,
} from './service/verify-quotas.js';
