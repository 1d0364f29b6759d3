export {
  INPUT_CLASSES,
  inputTokens,
  OUTPUT_CLASSES,
  outputTokens,
  TOKEN_CLASSES,
  type TokenClass,
  type TokenCounts,
} from './token-class.js';
