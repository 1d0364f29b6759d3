export { type Currency, isCurrency, minorUnitDigits } from './currency.js';
export {
  decimalToScaled,
  divideHalfEven,
  formatMinor,
  formatPicos,
  PICOS_PER_UNIT,
  type Picos,
  parsePicos,
  picosToMinor,
  scaledToDecimal,
} from './picos.js';
export { type Share, splitByLargestRemainder } from './split.js';
