import { z } from 'zod';
import { EXPORT_FORMATS, EXPORT_STATES, faultOfRequest } from '#report/domain';
import { instantOut } from './instant.js';
import { pageOf, pageQuery } from './page.js';
import { focusVersion, statementPath, statementQuery } from './statement.js';

const format = z
  .enum(EXPORT_FORMATS)
  .describe('`chargeback`, `summary`, `journal` and `focus` are CSV; `json`, `parquet` and `xlsx` hold the same lines');

export const exportBody = z
  .strictObject({
    period: statementPath.shape.period,
    format,
    team: statementQuery.shape.team.describe('Only this team; a `pdf` needs one, a `journal` has none'),
    focusVersion: focusVersion.optional().describe('For `focus`; left out: 1.2'),
  })
  .superRefine((body, context) => {
    const fault = faultOfRequest(body.format, body);
    if (fault) context.addIssue({ code: 'custom', path: [fault.field], message: fault.detail });
  });
export type ExportBody = z.output<typeof exportBody>;

export const exportPath = z.object({ id: z.uuid('is not the id of an export') });
export type ExportPath = z.output<typeof exportPath>;

export const exportsQuery = z.strictObject(pageQuery(1, ([id]) => z.uuid().safeParse(id).success));
export type ExportsQuery = z.output<typeof exportsQuery>;

export const exportWire = z.object({
  id: z.string(),
  period: z.string(),
  format,
  team: z.string().nullable(),
  focusVersion: focusVersion.nullable(),
  state: z.enum(EXPORT_STATES),
  requestedAt: instantOut,
  requestedBy: z.string(),
  progress: z.object({
    done: z.int(),
    total: z.int().nullable().describe('Null: only writing tells'),
    unit: z.literal('lines'),
  }),
  finishedAt: instantOut.nullable(),
  expiresAt: instantOut.nullable().describe('From when on the file is kept no longer'),
  file: z
    .object({
      name: z.string(),
      mediaType: z.string(),
      bytes: z.int(),
      sha256: z.string().describe('Hexadecimal'),
      rows: z.int().describe('Without headers; pages of what has no rows'),
      currency: z.string(),
      billed: z.string().describe('What its rows bill together; of a journal entry its debits'),
    })
    .nullable()
    .describe('Null unless `done`'),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable().describe('Why it `failed`'),
});
export type ExportWire = z.output<typeof exportWire>;
export const exportPage = pageOf(exportWire);
