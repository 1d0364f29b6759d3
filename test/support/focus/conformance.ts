import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { type Rule, rulesOf } from './model.js';

const FOLDER = process.env.APPORTION_TEST_FOCUS ?? join(__dirname, '../../../../shared/data/focus');
const MODEL = join(FOLDER, 'focus_validator_model-1.2.json');
const COLUMNS = join(FOLDER, 'focus_cost_and_usage_columns.csv');

/** Whether the validator's model and the list of columns lie where tests look for them; says so where they do not. */
export function focusRulesPresent(): boolean {
  const present = existsSync(MODEL) && existsSync(COLUMNS);
  if (!present) console.warn(`skipped: no FOCUS rules in ${FOLDER} (set APPORTION_TEST_FOCUS)`);
  return present;
}

export function focusRules(): ReadonlyMap<string, Rule> {
  return rulesOf(JSON.parse(readFileSync(MODEL, 'utf8')));
}

/** Every column of every version: `column`, `introduced`, `v1_2_nulls`, … */
export function focusColumnList(): Record<string, string>[] {
  return parse(readFileSync(COLUMNS), { columns: true });
}

/** What the product supports: everything but zones, reservations, commitment discounts and virtual currencies. */
export const SUPPORTED: ReadonlySet<string> = new Set([
  'ACCOUNT_NAMING_SUPPORTED',
  'BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED',
  'MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED',
  'MULTIPLE_PRICING_CATEGORIES_SUPPORTED',
  'MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED',
  'NEGOTIATED_PRICING_SUPPORTED',
  'PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED',
  'PUBLIC_PRICE_LIST_SUPPORTED',
  'REGION_SUPPORTED',
  'RESOURCE_TYPE_ASSIGNMENT_SUPPORTED',
  'SUB_ACCOUNT_SUPPORTED',
  'TAGGING_SUPPORTED',
  'UNIT_PRICING_SUPPORTED',
  'USAGE_MEASUREMENT_SUPPORTED',
]);
