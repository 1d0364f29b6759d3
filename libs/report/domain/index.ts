export { type Chargeback, chargebackCsv, chargebackOf, type Digest, digestOf } from './chargeback.js';
export { CHARGEBACK_COLUMNS } from './chargeback-columns.js';
export { type ChargebackManifest, type ManifestSum, manifestOf, type PartySum } from './chargeback-manifest.js';
