export { chargebackOf } from './chargeback.js';
export { type Focus, focusOf } from './focus/focus.js';
export { type FocusManifest, focusManifestOf } from './focus/focus-manifest.js';
export type { FocusVersion } from './focus/focus-version.js';
export { type PoolPlace, placeOf } from './focus/pool-place.js';
export { type Manifest, type ManifestSum, manifestOf, type PartySum } from './manifest.js';
export { csvOf, type Digest, digestOf, type StatementFile } from './statement-file.js';
