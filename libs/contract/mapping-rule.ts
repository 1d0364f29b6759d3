import { z } from 'zod';
import { MAPPING_MATCHES } from '#directory/domain';
import { decimalOut } from './decimal.js';
import { instantOut } from './instant.js';
import { nameText, numberedPageQuery, pageOf } from './page.js';
import { statementPath } from './statement.js';

const REASON_MAX = 255;

export const mappingRuleQuery = z.strictObject(numberedPageQuery);
export type MappingRuleQuery = z.output<typeof mappingRuleQuery>;

export const mappingRulePath = z.object({
  mappingRuleId: z.string().regex(/^[0-9]{1,18}$/, 'is not the id of a version of a mapping rule'),
});
export type MappingRulePath = z.output<typeof mappingRulePath>;

export const mappingRuleWire = z.object({
  mappingRuleId: z.string().describe('Of this version'),
  match: z.enum(MAPPING_MATCHES),
  tagKey: z.string().nullable().describe('Of a tag; else null'),
  pattern: z.string().describe('The very value, or with * at its end all that begins so'),
  from: instantOut,
  to: instantOut.nullable().describe('Exclusive; null: open'),
  version: z.int(),
  state: z.enum(['current', 'superseded', 'withdrawn']),
  team: z.string(),
  project: z.string().nullable().describe('Null: as the event says'),
  costCenter: z.string().nullable().describe('Null: that of the team at the time'),
  override: z.boolean().describe('Whether it also holds for usage of teams that the directory knows'),
  reason: z.string(),
  recordedAt: instantOut,
  recordedBy: z.string().nullable().describe('The id of the key that did it'),
});
export type MappingRuleWire = z.output<typeof mappingRuleWire>;
export const mappingRulePage = pageOf(mappingRuleWire);

export const mappingRuleWithdrawal = z.strictObject({ reason: nameText(REASON_MAX) });
export type MappingRuleWithdrawal = z.output<typeof mappingRuleWithdrawal>;

export const mappingPreviewQuery = z.strictObject(statementPath.shape);
export type MappingPreviewQuery = z.output<typeof mappingPreviewQuery>;

export const mappingPreviewWire = z.object({
  period: z.string(),
  currency: z.string(),
  moves: z
    .array(
      z.object({
        team: z.string(),
        known: z.boolean(),
        costCenter: z.string().nullable(),
        project: z.string().nullable(),
        requests: z.string(),
        effective: decimalOut.describe('What more the owner would owe, full precision; negative for whom it leaves'),
        billed: decimalOut.describe("Rounded to the currency's minor unit"),
      }),
    )
    .describe('Over all owners they sum to 0'),
});
export type MappingPreviewWire = z.output<typeof mappingPreviewWire>;
