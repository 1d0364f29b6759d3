export * from './domain/index.js';
export { COUNT_LEDGER, type CountLedger, type CountOrder } from './service/count-ledger.js';
export { QUOTA_CATALOG_READER, type QuotaCatalog, type QuotaCatalogReader } from './service/quota-catalog.js';
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
