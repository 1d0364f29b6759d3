import { addKnown } from '../add-amounts.js';
import type { BillInputs } from '../bill-inputs.js';
import type { StatementLine } from '../line.js';
import { explainRounding } from './explain-rounding.js';
import type { ExplainedCharge } from './explained-charge.js';
import type { ChargedSum, OwnExplanation, SourcedCharge, SumCheck } from './explanation.js';
import { sourceCharge } from './source-charge.js';
import type { SettledLine, SettlementPart } from './trace-settlements.js';

/** Which of a line's charges to show: those after a place, at most so many. */
export interface ChargePage {
  readonly after: { readonly chargePeriod: number; readonly ordinal: number } | undefined;
  readonly limit: number;
}

/** What there is to know of a line of a month's own. */
export interface OwnLine {
  readonly line: StatementLine;
  /** All of the month's own lines, rounded. */
  readonly lines: readonly StatementLine[];
  readonly now: StatementLine | null;
  readonly settled: SettledLine;
  readonly charges: readonly ExplainedCharge[];
  readonly prices: OwnExplanation['prices'];
}

/** Puts together what a line is made of. */
export function ownExplanation(inputs: BillInputs, own: OwnLine, page: ChargePage): OwnExplanation {
  const { line, lines, now, settled, charges, prices } = own;
  const pool = inputs.pools.find((billed) => billed.pool === line.pool);
  const { priceVersionId } = line;
  const charged = chargedSum(charges);
  return {
    now,
    policy: pool?.policies.find(({ version }) => version === line.policyVersion) ?? null,
    prices: prices.filter((price) => price.priceVersionId === priceVersionId || price.kind === 'list'),
    charges: pageOf(charges, page).map(({ charge, ordinal }): SourcedCharge => {
      return sourceCharge(charge, ordinal, pool);
    }),
    charged,
    settlements: settled.settlements,
    check: checkOf(charged, settled.settlements, now),
    rounding: (now && explainRounding(lines, now, inputs.account.currency)) ?? null,
  };
}

/** What is not known counts as nothing on either side. */
function checkOf(sum: ChargedSum, settlements: readonly SettlementPart[], now: StatementLine | null): SumCheck {
  const charged = sum.effective ?? 0n;
  const settled = settlements.reduce((total, { effective }) => total + (effective ?? 0n), 0n);
  const line = now?.effective ?? 0n;
  return { charged, settled, line, difference: charged + settled - line };
}

function pageOf(charges: readonly ExplainedCharge[], { after, limit }: ChargePage) {
  let [chargePeriod, ordinal] = [Number.NaN, 0];
  const placed = charges.map((charge) => {
    ordinal = charge.chargePeriod === chargePeriod ? ordinal + 1 : 0;
    ({ chargePeriod } = charge);
    return { charge, ordinal };
  });
  const isAfter = ({ charge, ordinal: at }: (typeof placed)[number]) => {
    if (!after) return true;
    return (
      charge.chargePeriod > after.chargePeriod || (charge.chargePeriod === after.chargePeriod && at > after.ordinal)
    );
  };
  return placed.filter(isAfter).slice(0, limit);
}

function chargedSum(charges: readonly ExplainedCharge[]): ChargedSum {
  const known = (pick: (charge: ExplainedCharge) => bigint | null) =>
    charges.reduce((sum: bigint | null, charge) => addKnown(sum, pick(charge)), 0n);
  return {
    entries: charges.length,
    requests: charges.reduce((sum, { requests }) => sum + requests, 0n),
    quantity: charges.reduce((sum, { quantity }) => sum + quantity, 0n),
    list: known(({ list }) => list),
    effective: known(({ effective }) => effective),
    setAside: charges.reduce((sum, { setAside }) => sum + (setAside?.effective ?? 0n), 0n),
  };
}
