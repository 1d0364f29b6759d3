export { type Currency, isCurrency, minorUnitDigits } from './currency.js';
export { groupBy } from './group-by.js';
export {
  decimalToScaled,
  divideHalfEven,
  formatMinor,
  formatPicos,
  magnitude,
  PICOS_PER_UNIT,
  type Picos,
  parsePicos,
  picosPerMinor,
  picosToMinor,
  scaledToDecimal,
} from './picos.js';
export { SAFE_SPLIT_LIMIT, SafeSplitter } from './safe-split.js';
export { SafeSums } from './safe-sums.js';
export { type ExactPart, roundToSum, type Share, splitByLargestRemainder } from './split.js';
