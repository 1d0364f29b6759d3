export { MODALITIES, type Modality } from './modality.js';
export {
  INPUT_CLASSES,
  inputTokens,
  OUTPUT_CLASSES,
  outputTokens,
  TOKEN_CLASSES,
  type TokenClass,
  type TokenCounts,
} from './token-class.js';
export { type UnitCounts, USAGE_UNIT_DECIMALS, USAGE_UNITS, type UsageUnit } from './usage-unit.js';
