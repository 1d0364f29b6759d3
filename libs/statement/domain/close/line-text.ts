import { hash } from 'node:crypto';
import { TOKEN_CLASSES } from '#token';
import type { StatementLine } from '../line.js';

/** The canonical text of a line with all its amounts: whatever is changed in it changes this. */
export function lineText(line: StatementLine): string {
  const { team, costCenter, project, model, provider, pool, kind, tokenClass, unit, priceVersionId, policyVersion } =
    line;
  const { modality } = line;
  // Only where there are any, so that lines of before there were rules keep their text.
  const rules = line.priceRules === undefined ? [] : [line.priceRules];
  const { requests, quantity, tokens, list, effective, billed, correction } = line;
  const whole = (value: bigint | null) => (value === null ? null : value.toString());
  return JSON.stringify([
    [team, costCenter, project, model, provider, pool, kind, tokenClass, unit, priceVersionId, policyVersion, ...rules],
    [requests, quantity, list, effective, billed].map(whole),
    tokens && TOKEN_CLASSES.map((of) => tokens[of].toString()),
    correction && [correction.period, correction.cause],
    // Only where there is one: lines of text had none when months were first closed.
    ...(modality === null ? [] : [modality]),
  ]);
}

/** SHA-256 of the line's text, hexadecimal. */
export function lineHash(line: StatementLine): string {
  return hash('sha256', lineText(line), 'hex');
}
