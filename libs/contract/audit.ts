import { z } from 'zod';
import { instant, instantOut } from './instant.js';
import { pageOf, pageQuery } from './page.js';

const TEXT_MAX = 2048;
const UNSTORABLE = /[\0\p{Cs}]/u;

const text = z
  .string()
  .min(1)
  .max(TEXT_MAX)
  .refine((given) => !UNSTORABLE.test(given), 'must be text that can be stored');

export const auditQuery = z.strictObject({
  ...pageQuery(1, ([id = '']) => /^[0-9]{1,18}$/.test(id)),
  from: instant.optional().describe('Only changes from this instant on'),
  to: instant.optional().describe('Only changes before this instant'),
  subject: text.optional().describe('A kind, such as `pool_policy`, or one subject of it: `pool_policy:h100`'),
  actor: text.optional().describe("A machine key's id, or the whole name of who did it"),
});
export type AuditQuery = z.output<typeof auditQuery>;

const said = z.record(z.string(), z.unknown()).describe('By column of the record; amounts are decimal strings');

export const auditEntryWire = z.object({
  auditId: z.string(),
  at: instantOut,
  actor: z.string(),
  action: z.string().meta({ examples: ['mapping_rule.withdrawn'] }),
  subject: z.string().meta({ examples: ['pool_policy:h100'] }),
  before: said.nullable().describe('What held before; null: nothing'),
  after: said,
});
export type AuditEntryWire = z.output<typeof auditEntryWire>;
export const auditPage = pageOf(auditEntryWire);
