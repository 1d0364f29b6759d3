import { lineId, linesOf, type SourcedCharge } from '#statement';
import { explanationToApi } from '../../apps/api/statements/explanation-wire.js';
import { type Charge, faultsOf } from './add-up.js';
import { type ClosingWorld, MONTHS } from './closing-world.js';

const PAGE = 3;

/** The explanation of a line as the API says it, its charges read page by page. */
async function explain(world: ClosingWorld, lineIdGiven: string) {
  const { explaining } = world.services();
  const charges: Charge[] = [];
  for (let after: Pick<SourcedCharge, 'chargePeriod' | 'ordinal'> | undefined; ; ) {
    const page = { after, limit: PAGE + 1 };
    const found = await explaining.explain({ accountId: 1, lineId: lineIdGiven, page });
    if (!found.ok) throw new Error(found.failure.detail);
    const explanation = explanationToApi(found.value, PAGE);
    charges.push(...(explanation.own?.charges.data ?? []));
    if ((explanation.own?.charges.nextCursor ?? null) === null) return { explanation, charges };
    after = found.value.own?.charges[PAGE - 1];
  }
}

/** Has every line of every month explained, and adds it up from what the API says. */
export async function expectExplained(world: ClosingWorld): Promise<void> {
  for (const month of MONTHS) await expectMonthExplained(world, month);
}

async function expectMonthExplained(world: ClosingWorld, month: string): Promise<void> {
  const statements = await world.services().periods.read({ accountId: 1, period: month });
  if (!statements.ok) throw new Error(statements.failure.detail);
  for (const line of linesOf(statements.value)) {
    const id = lineId(month, line);
    const { explanation, charges } = await explain(world, id);
    expect(explanation.line.id).toBe(id);
    expect(faultsOf(explanation, charges)).toEqual([]);
    if (explanation.correction === null) continue;
    // What a correction corrects is explained under the name that it gives.
    const corrected = await explain(world, explanation.correction.lineId);
    expect(faultsOf(corrected.explanation, corrected.charges)).toEqual([]);
  }
}
