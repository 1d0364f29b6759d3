import fc from 'fast-check';
import { NO_INVOICES } from '#invoice/domain';
import { outputWeight } from '../../../allocation/domain/testing.js';
import { purchaseOf } from '../../../cost-record/domain/testing.js';
import { matchOf } from '../../../invoice/domain/testing.js';
import { bookOf, priceOf, ruleOf, usageOf } from '../../../rating/domain/testing.js';
import type { DraftStatements } from '../draft.js';
import { NOTHING_RECONCILED } from '../invoices/reconciliation.js';
import type { StatementLine } from '../line.js';
import { billInputsOf, draftOf, quarter, recordOf } from '../testing.js';
import { changesSince } from './changes-since.js';
import { DEFAULT_CLOSE_LIMITS, findingsOf } from './close-checks.js';
import { closeHash, documentText, readDocument } from './close-document.js';
import { closedStatements, closeOf, linesOf } from './close-statements.js';
import { imbalanceOf } from './journal.js';
import { lineHash } from './line-text.js';
import { totalsOf } from './month-totals.js';
import { journalOf, linesHashOf } from './testing.js';

const inputs = billInputsOf({
  teams: ['search', 'ads'],
  pools: [
    {
      pool: 'h100',
      policies: [{ pool: 'h100', version: 1, validFrom: 0, attribution: outputWeight(2_000_000n), idle: 'separate' }],
      records: [recordOf()],
      purchases: [purchaseOf({ instanceMicros: 0n })],
    },
  ],
});
const used = (team: string, n: number, output: bigint, model = 'm') =>
  usageOf({ chargePeriod: quarter(n), dimension: { team, pool: 'h100', model }, tokens: { output } });
const draft = draftOf(inputs, [used('search', 0, 5n), used('ads', 1, 3n), used('ads', 2, 3n, 'other')]);
const [first, ...others] = linesOf(draft);
if (!first) throw new Error('the draft has no lines');

const order = { closeNumber: 1, closedAt: quarter(3000), closedBy: 'Ada (k)', accepted: [], reason: null, events: 3n };
const pools = draft.pools.map(({ pool, paidInstanceNanos, untimedRequests }) => {
  return {
    pool,
    kind: 'capacity' as const,
    effective: 55_040_000_000_000n,
    list: null,
    contracted: 60_000_000_000_000n,
    invoiced: 0n,
    adjusted: -7n,
    paidInstanceNanos,
    usedInstanceNanos: null,
    untimedRequests,
  };
});
/** What a close is made of, of a draft. */
const madeOf = (of: DraftStatements, own = pools) => {
  return { totals: totalsOf(linesOf(of)), pools: own, linesHash: linesHashOf(linesOf(of)) };
};
const document = closeOf(inputs, madeOf(draft), order);

describe('a close document', () => {
  it('is read back as it was written, and written again to the same bytes', () => {
    const text = documentText(document);
    expect(readDocument(text)).toEqual(document);
    expect(documentText(readDocument(text))).toBe(text);
    expect(
      documentText(
        closeOf(
          inputs,
          madeOf(draftOf(inputs, [used('ads', 2, 3n, 'other'), used('ads', 1, 3n), used('search', 0, 5n)])),
          order,
        ),
      ),
    ).toBe(text);
  });

  it('names the versions that its lines were made from', () => {
    expect(document.versions).toEqual({
      policies: [{ pool: 'h100', version: 1 }],
      prices: [],
      priceRules: [],
      fxRates: [],
      costRecords: [{ costRecordId: recordOf().costRecordId, version: 1 }],
      purchases: [{ purchase: 'ri-1', version: 1 }],
      sharedCosts: [],
      invoices: [],
      invoiceMatches: [],
      reconciliationPolicies: [],
      mappingRules: [],
    });
  });

  it('names what decided of prices, and of whose invoice lines are', () => {
    const fx = { fxRateId: '7', from: 'EUR', to: 'USD', day: '2023-11-01', version: 1, source: 'ECB', rate: 1n };
    const conditions = { sku: 'p5*', target: { to: 'pool', pool: 'h100' } } as const;
    const matches = [
      matchOf({ ...conditions, version: 1, fromPeriod: '' }),
      matchOf({ ...conditions, version: 2, fromPeriod: '2023-11' }),
      matchOf({ ...conditions, version: 3, fromPeriod: '2023-12' }),
      matchOf({ version: 4, target: { to: 'none' } }),
    ];
    const ruled = billInputsOf({
      book: bookOf({
        gpt: { list: priceOf({ rates: [{ contextFrom: 0n, picosPerToken: { output: 4n }, picosPerRequest: null }] }) },
      }),
      priceRules: [
        ruleOf({ kind: 'discount', value: 10n ** 12n, priceRuleId: '12' }),
        ruleOf({ kind: 'markup', value: 10n ** 12n, priceRuleId: '9' }),
      ],
      fxRates: [fx],
      invoices: { ...NO_INVOICES, matches },
    });
    const usage = usageOf({
      chargePeriod: quarter(0),
      dimension: { provider: 'openai', model: 'gpt' },
      tokens: { output: 1n },
    });
    const made = closeOf(ruled, madeOf(draftOf(ruled, [usage]), []), order);
    expect(made.versions).toMatchObject({
      prices: ['1'],
      priceRules: ['12', '9'],
      fxRates: ['7'],
      invoiceMatches: [{ provider: 'aws', subAccount: null, sku: 'p5*', resource: null, tag: null, version: 2 }],
    });
    expect(readDocument(documentText(made))).toEqual(made);
  });

  it('is read where it was written before purchases were kept', () => {
    const {
      pools: kept,
      versions,
      ...json
    } = JSON.parse(documentText(document)) as {
      pools: Record<string, unknown>[];
      versions: Record<string, unknown>;
    };
    const { purchases: _, priceRules: _p, fxRates: _f, invoiceMatches: _m, ...known } = versions;
    const old = { ...json, versions: known, pools: kept.map(({ contracted: _c, invoiced: _i, ...pool }) => pool) };
    const read = readDocument(JSON.stringify(old));
    expect(read.versions).toMatchObject({ purchases: [], priceRules: [], fxRates: [], invoiceMatches: [] });
    expect(read.pools[0]).toMatchObject({ effective: 55_040_000_000_000n, contracted: null, invoiced: null });
  });

  it('refuses a text of another version', () => {
    expect(() => readDocument('{"version":2}')).toThrow('version 2');
  });

  it('gives the statements of its draft again', () => {
    const kept = { hash: 'h', previousHash: null, issuedAt: null, issuedBy: null };
    const statements = closedStatements(readDocument(documentText(document)), linesOf(draft), kept);
    expect(statements.teams).toEqual(draft.teams);
    expect(statements.summary).toEqual(draft.summary);
    expect(statements.closing).toMatchObject({ closeNumber: 1, closedBy: 'Ada (k)', hash: 'h' });
  });

  it('has a hash that everything in it and before it changes', () => {
    const text = documentText(document);
    const hash = closeHash(null, text);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(closeHash('0'.repeat(64), text)).not.toBe(hash);
    expect(closeHash(null, documentText({ ...document, closedBy: 'Eve' }))).not.toBe(hash);
    expect(linesHashOf([...others, first])).not.toBe(document.linesHash);
  });

  it.each(Object.keys(first))('has a line hash that %s changes', (field) => {
    const was = first[field as keyof StatementLine];
    const changed = typeof was === 'bigint' ? was + 1n : typeof was === 'number' ? was + 1 : was === null ? 'x' : null;
    const other = field === 'tokens' ? { ...first, tokens: usageOf().tokens } : { ...first, [field]: changed };
    // What a column of amounts cannot hold is not looked at here.
    if (was === null && ['list', 'effective', 'billed'].includes(field)) return;
    expect(lineHash(other)).not.toBe(lineHash(first));
  });
});

describe('a journal entry', () => {
  it('debits cost centres, credits clearing accounts, and posts nothing for nothing', () => {
    expect(journalOf(linesOf(draft))).toEqual([
      { ledgerAccount: 'chargeback', costCenter: null, team: 'ads', debit: 2752n, credit: 0n },
      { ledgerAccount: 'chargeback', costCenter: null, team: 'platform', debit: 1376n, credit: 0n },
      { ledgerAccount: 'chargeback', costCenter: null, team: 'search', debit: 1376n, credit: 0n },
      { ledgerAccount: 'clearing:pool:h100', costCenter: null, team: null, debit: 0n, credit: 5504n },
    ]);
    expect(journalOf([])).toEqual([]);
  });

  it('balances whatever the lines are, credits among them', () => {
    const amount = fc.option(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }));
    const line = fc
      .record({
        team: fc.constantFrom('a', 'b', 'c'),
        costCenter: fc.constantFrom(null, '', 'x'),
        pool: fc.constantFrom(null, 'p', 'q'),
        provider: fc.constantFrom(null, 'openai'),
        billed: amount,
      })
      .map((fields): StatementLine => ({ ...first, ...fields }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const postings = journalOf(lines);
        expect(imbalanceOf(postings)).toBe(0n);
        for (const { debit, credit } of postings) expect([debit === 0n, credit === 0n].filter(Boolean)).toHaveLength(1);
        const charged = postings.filter(({ ledgerAccount }) => ledgerAccount === 'chargeback');
        expect(imbalanceOf(charged)).toBe(lines.reduce((sum, { billed }) => sum + (billed ?? 0n), 0n));
      }),
    );
  });
});

describe('the findings before a close', () => {
  const fine = {
    now: inputs.period.end,
    waitingEvents: 0n,
    openQuarantine: 0n,
    previousBilled: null as bigint | null,
    hasEarlier: false,
    openDisputes: 0n,
    firstDisputed: null as string | null,
    invoices: { own: NOTHING_RECONCILED, closed: [], accepted: new Set<string>() },
  };
  const looked = (of: DraftStatements) => ({
    period: of.period,
    currency: of.currency,
    totals: totalsOf(linesOf(of)),
  });
  const checks = (over: Partial<typeof fine>, of = draft) =>
    findingsOf(looked(of), { ...fine, ...over }).map(({ check }) => check);

  it('are none for a month that is over, whole and known', () => {
    expect(checks({})).toEqual([]);
  });

  it('name a month that is not over, which nothing can accept', () => {
    expect(findingsOf(looked(draft), { ...fine, now: inputs.period.end - 1 })).toMatchObject([
      { check: 'period_not_over', acceptable: false },
    ]);
  });

  it('name what a first close would leave behind, and one of nothing', () => {
    expect(checks({ hasEarlier: true })).toEqual(['earlier_usage']);
    expect(checks({ hasEarlier: true, previousBilled: 5504n })).toEqual([]);
    const empty = draftOf(billInputsOf({ teams: ['a'] }), []);
    expect(checks({}, empty)).toEqual(['nothing_to_bill']);
    expect(checks({ previousBilled: 0n }, empty)).toEqual([]);
  });

  it('name usage of which only some classes have a price', () => {
    const list = priceOf({ rates: [{ contextFrom: 0n, picosPerToken: { inputUncached: 1n }, picosPerRequest: null }] });
    const half = draftOf(billInputsOf({ teams: ['a'], book: bookOf({ gpt: { list } }) }), [
      usageOf({
        chargePeriod: quarter(0),
        dimension: { team: 'a', provider: 'openai', model: 'gpt' },
        tokens: { inputUncached: 5n, output: 100n },
      }),
    ]);
    expect(half.summary.unpriced).toMatchObject({ lines: 1, requests: 0n, tokens: 100n });
    expect(checks({}, half)).toEqual(['unpriced_usage']);
  });

  it('name what waits', () => {
    expect(checks({ waitingEvents: 1n, openQuarantine: 2n })).toEqual(['events_waiting', 'quarantine_open']);
  });

  it('name disputes that nobody has answered, and a line', () => {
    const disputed = { ...fine, openDisputes: 2n, firstDisputed: '2023-11.0123456789abcdef0123' };
    expect(findingsOf(looked(draft), disputed)).toEqual([
      {
        check: 'open_dispute',
        detail: '2 disputes are not answered, the first of line 2023-11.0123456789abcdef0123',
        acceptable: true,
      },
    ]);
  });

  it('name usage without a cost, with its pools, and cost of unknown teams', () => {
    const stray = draftOf(billInputsOf({ teams: ['search'], pools: [] }), [used('search', 0, 5n)]);
    expect(checks({}, stray)).toEqual(['unpriced_usage', 'missing_cost']);
    const unknown = draftOf({ ...inputs, owners: billInputsOf({ teams: ['ads'] }).owners }, [used('search', 0, 5n)]);
    expect(checks({}, unknown)).toEqual(['unattributed_cost']);
    const limits = { ...DEFAULT_CLOSE_LIMITS, unattributedBasisPoints: 2_500n };
    expect(findingsOf(looked(unknown), fine, limits)).toEqual([]);
  });

  it.each([
    [5504n, []],
    [11_008n, []],
    [11_009n, ['cost_jump']],
    [3670n, []],
    [3669n, ['cost_jump']],
    [0n, ['cost_jump']],
  ])('after a month of %s cents are %j', (previousBilled, expected) => {
    expect(checks({ previousBilled })).toEqual(expected);
  });
});

describe('what changed since a close', () => {
  it('counts lines that are other, new and gone, and what they come to', () => {
    const lines = linesOf(draft);
    expect(changesSince(lines, lines)).toEqual({ lines: 0, billed: 0n });
    const dearer = { ...first, billed: (first.billed ?? 0n) + 5n };
    expect(changesSince(lines, [dearer, ...others])).toEqual({ lines: 1, billed: 5n });
    expect(changesSince(lines, others)).toEqual({ lines: 1, billed: -(first.billed ?? 0n) });
    expect(changesSince(others, lines)).toEqual({ lines: 1, billed: first.billed });
  });
});
