import { z } from 'zod';
import { isLedgerNameKind, LEDGER_NAME_KINDS } from '#report/domain';
import { instant, instantOut } from './instant.js';
import { nameText, pageOf, pageQuery } from './page.js';

/** An account's name holds that of a pool or a provider. */
const NAME_MAX = 300;
const CODE_MAX = 64;

const kind = z
  .enum(LEDGER_NAME_KINDS)
  .describe(
    '`account`: of the journal, `chargeback` or `clearing:` and a pool or provider. `cost_center`: one of teams',
  );

export const setLedgerAccountBody = z.strictObject({
  kind,
  name: nameText(NAME_MAX).describe('As the journal says it: `chargeback`, `clearing:pool:h100`'),
  code: nameText(CODE_MAX).nullable().describe('What the general ledger calls it; null: nothing, from `validFrom` on'),
  validFrom: instant
    .optional()
    .describe('From when on; left out: from the beginning for the first, from now for later ones'),
});
export type SetLedgerAccountBody = z.output<typeof setLedgerAccountBody>;

export const ledgerAccountsQuery = z.strictObject(pageQuery(2, ([of = '']) => isLedgerNameKind(of)));
export type LedgerAccountsQuery = z.output<typeof ledgerAccountsQuery>;

export const ledgerAccountWire = z.object({
  kind,
  name: z.string(),
  code: z.string().nullable().describe('As of now'),
  since: instantOut.nullable().describe('From when on that holds; null: nothing was said of now'),
  versions: z.array(
    z.object({
      version: z.int(),
      validFrom: instantOut,
      code: z.string().nullable(),
      recordedAt: instantOut,
      recordedBy: z.string().nullable(),
    }),
  ),
});
export type LedgerAccountWire = z.output<typeof ledgerAccountWire>;
export const ledgerAccountPage = pageOf(ledgerAccountWire);
