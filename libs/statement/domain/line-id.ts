import { hash } from 'node:crypto';
import type { LineFields, StatementLine } from './line.js';

/** 80 bits: among ten million lines of a month two alike are less likely than one in ten thousand million. */
const HASH_DIGITS = 20;

const FIELDS = Object.keys({
  team: true,
  costCenter: true,
  project: true,
  model: true,
  provider: true,
  pool: true,
  kind: true,
  tokenClass: true,
  modality: true,
  unit: true,
  priceVersionId: true,
  policyVersion: true,
  priceRules: true,
} satisfies Record<Exclude<keyof LineFields, 'facet'>, true>).sort() as (keyof LineFields)[];

/** What stands before each field's value in the text that is hashed. */
const PREFIXES = FIELDS.map((field) => [field, `[${JSON.stringify(field)},`] as const);

/**
 * What a line is called, `2023-11.` and twenty hexadecimal digits: by the month whose statement it stands on, its fields and,
 * where it corrects a closed month, that month. Amounts are not in it, so a line keeps its name while the month goes on and
 * once it is closed. A field that a line does not have is not in it either: names outlive the coming of new fields. Unique
 * within an account.
 */
export function lineId(period: string, line: LineFields & Pick<StatementLine, 'correction'>): string {
  // JSON of [period, corrected period, [[field, value], …]], put together by hand: every line of every file needs it.
  let fields = '';
  for (const [field, prefix] of PREFIXES) {
    const value = line[field] ?? null;
    if (value !== null) fields += `${fields === '' ? '' : ','}${prefix}${JSON.stringify(value)}]`;
  }
  const text = `[${JSON.stringify(period)},${JSON.stringify(line.correction?.period ?? null)},[${fields}]]`;
  return `${period}.${hash('sha256', text, 'hex').slice(0, HASH_DIGITS)}`;
}
