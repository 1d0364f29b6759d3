import fc from 'fast-check';
import { type SharedSplit, toTeamShares, WHOLE_PERCENT } from '#cost-record/domain';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { purchaseOf, sharedCostOf } from '../../../cost-record/domain/testing.js';
import { usageOf } from '../../../rating/domain/testing.js';
import type { StatementLine } from '../line.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../testing.js';
import { changesSince } from './changes-since.js';
import { linesOf } from './close-statements.js';
import { billedSoFar, correctionsOf } from './corrections.js';

interface Month {
  readonly usage: readonly (readonly [team: string, quarter: number, output: bigint])[];
  readonly rate?: bigint;
  readonly version?: number;
  readonly idle?: 'separate' | 'proportional';
  /** Of two reserved instances, how many ran; without it one is paid by the hour. */
  readonly ran?: bigint;
}

/** November 2023 on one pool, as it would be drafted. */
function draftedOf({ usage, rate = 55_040_000_000_000n, version = 1, idle = 'separate', ran }: Month) {
  const policy = { pool: 'h100', version, validFrom: 0, attribution: outputWeight(2_000_000n), idle };
  const paid = recordOf({ hourlyRate: rate, listHourlyRate: rate });
  const running = recordOf({ pricingModel: 'reserved', instanceMicros: (ran ?? 0n) * 1_000_000n });
  const { validFrom, validTo } = running;
  const bought = purchaseOf({ validFrom, validTo: validTo ?? validFrom, instanceMicros: 2_000_000n, recordedFrom: 0 });
  const capacity =
    ran === undefined ? { records: [paid] } : { records: [running], purchases: [{ ...bought, upfront: 0n }] };
  const inputs = billInputsOf({ teams: ['a', 'b', 'c'], pools: [{ pool: 'h100', policies: [policy], ...capacity }] });
  const merged = new Map<string, bigint>();
  for (const [team, n, output] of usage) {
    const key = JSON.stringify([team, n]);
    merged.set(key, (merged.get(key) ?? 0n) + output);
  }
  const rows = [...merged].map(([key, output]) => {
    const [team, n] = JSON.parse(key) as [string, number];
    return usageOf({ chargePeriod: quarter(n), dimension: { team, pool: 'h100' }, tokens: { output } });
  });
  const draft = draftOf(inputs, rows);
  return { lines: linesOf(draft) };
}

function corrected(was: Month, is: Month, between: readonly StatementLine[] = []) {
  const [before, after] = [draftedOf(was), draftedOf(is)];
  const billed = billedSoFar(before.lines, between);
  return { billed, now: after.lines, lines: correctionsOf({ period: '2023-11', billed, now: after.lines }) };
}

const causes = (lines: readonly StatementLine[]) =>
  lines.map(({ team, tokenClass, billed, correction }) => [team, tokenClass, billed, correction?.cause]);
const sumOf = (lines: readonly StatementLine[]) => lines.reduce((sum, { billed }) => sum + (billed ?? 0n), 0n);
const both = [
  ['a', 0, 1n],
  ['b', 0, 1n],
] as const;

describe('corrections of a closed month', () => {
  it('are none for one that is as it was billed', () => {
    expect(corrected({ usage: both }, { usage: both }).lines).toEqual([]);
  });

  it('say that it is the cost when of what was bought more ran than was known', () => {
    // Two instances at $4 an hour cost $2 a quarter of an hour; one of them was idle for three quarters and is not.
    const { lines } = corrected({ usage: both, ran: 1n }, { usage: both, ran: 2n });
    expect(causes(lines)).toEqual([
      ['a', 'output', 50n, 'cost'],
      ['b', 'output', 50n, 'cost'],
      ['platform', null, -100n, 'cost'],
    ]);
  });

  it('charge late usage to its owner and give the others their share back', () => {
    const { lines } = corrected({ usage: both }, { usage: [...both, ['a', 0, 1n]] });
    expect(causes(lines)).toEqual([
      ['a', 'output', 229n, 'usage'],
      ['b', 'output', -229n, 'share'],
    ]);
    expect(lines.map(({ quantity }) => quantity)).toEqual([1n, 0n]);
  });

  it('follow what the pool cost, and a new version of its policy', () => {
    const cheaper = corrected({ usage: both }, { usage: both, rate: 51_040_000_000_000n });
    expect(causes(cheaper.lines).map(([team, , billed, cause]) => [team, billed, cause])).toEqual([
      ['a', -50n, 'cost'],
      ['b', -50n, 'cost'],
      ['platform', -300n, 'cost'],
    ]);
    const policy = corrected({ usage: both }, { usage: both, version: 2 });
    expect(new Set(causes(policy.lines).map(([, , , cause]) => cause))).toContain('policy');
    expect(sumOf(policy.lines)).toBe(0n);
  });

  it('say that it is the policy of a shared pool that brings an owner in and lets another off', () => {
    const shared = { pool: 'disk', version: 1, validFrom: 0 };
    const linesBy = (split: SharedSplit, version: number, amount = 10n ** 13n) => {
      const sharedCosts = [sharedCostOf({ validFrom: quarter(0), validTo: quarter(2880), amount })];
      const sharedPools = [{ pool: 'disk', policies: [{ ...shared, version, split }], sharedCosts }];
      return linesOf(draftOf(billInputsOf({ sharedPools }), []));
    };
    const to = (team: string) => {
      return { over: 'teams', by: 'fixed', shares: toTeamShares([[team, WHOLE_PERCENT]]) } as const;
    };
    const billed = linesBy(to('a'), 1);
    const policy = correctionsOf({ period: '2023-11', billed, now: linesBy(to('b'), 2) });
    expect(causes(policy)).toEqual([
      ['a', null, -1000n, 'policy'],
      ['b', null, 1000n, 'policy'],
    ]);
    const dearer = correctionsOf({ period: '2023-11', billed, now: linesBy(to('a'), 1, 11n * 10n ** 12n) });
    expect(causes(dearer)).toEqual([['a', null, 100n, 'cost']]);
  });

  it('name the month, and keep the fields of the line that they correct', () => {
    const { lines, billed } = corrected({ usage: both }, { usage: [...both, ['a', 0, 1n]] });
    const [line] = lines;
    const original = billed.find(({ team, tokenClass }) => team === 'a' && tokenClass === 'output');
    expect(line?.correction).toEqual({ period: '2023-11', cause: 'usage' });
    expect(line).toMatchObject({ project: original?.project, model: original?.model, pool: 'h100', kind: 'used' });
  });

  it('take what was billed to what should have been, in every amount, however often', () => {
    const use = fc.tuple(
      fc.constantFrom('a', 'b', 'c'),
      fc.integer({ min: 0, max: 3 }),
      fc.bigInt({ min: 0n, max: 99n }),
    );
    const month = fc.record({
      usage: fc.array(use, { maxLength: 8 }),
      rate: fc.bigInt({ min: 0n, max: 10n ** 14n }),
      version: fc.integer({ min: 1, max: 3 }),
      idle: fc.constantFrom('separate' as const, 'proportional' as const),
    });
    fc.assert(
      fc.property(month, month, month, (first, second, third) => {
        const once = corrected(first, second);
        const twice = corrected(first, third, once.lines);
        const settled = billedSoFar(draftedOf(first).lines, [...once.lines, ...twice.lines]);
        expect(changesSince(settled, twice.now)).toEqual({ lines: 0, billed: 0n });
        expect(sumOf(settled)).toBe(sumOf(twice.now));
        expect(corrected(first, third, [...once.lines, ...twice.lines]).lines).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
