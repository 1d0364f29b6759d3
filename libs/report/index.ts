export * from './domain/index.js';
export { EXPORT_CHARGEBACK, ExportChargeback, type ExportChargebackInput } from './service/export-chargeback.js';
