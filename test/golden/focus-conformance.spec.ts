import { writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { focusColumns } from '../../libs/report/domain/focus/focus-columns.js';
import { correctedDraft, mixedFocusCsv, truedUpDraft } from '../../libs/report/domain/focus/testing.js';
import { focusColumnList, focusRules, focusRulesPresent, SUPPORTED } from '../support/focus/conformance.js';
import type { Rule } from '../support/focus/model.js';
import { type Row, readTable } from '../support/focus/table.js';
import { countVerdicts, formatVerdicts, judge, type RuleVerdict } from '../support/focus/verdicts.js';

const describeRules = focusRulesPresent() ? describe : describe.skip;

/** Where to write the verdict on each rule. */
const REPORT = process.env.APPORTION_TEST_FOCUS_REPORT;

type Edit = (row: Record<string, string | null>, i: number) => Row;

describeRules('the FOCUS export against the rules of FOCUS 1.2', () => {
  let rules: ReadonlyMap<string, Rule>;
  beforeAll(() => {
    rules = focusRules();
  });
  const csv = mixedFocusCsv();
  const judged = (text: string) => judge(rules, readTable(text), SUPPORTED);
  const failed = (verdicts: readonly RuleVerdict[]) => verdicts.filter(({ verdict }) => verdict === 'fail');
  const idsOf = (verdicts: readonly RuleVerdict[]) => verdicts.map(({ rule }) => rule.id);

  it.each(['1.2', '1.3'] as const)('breaks none as FOCUS %s', (version) => {
    const verdicts = judged(mixedFocusCsv(version));
    if (REPORT !== undefined) writeFileSync(`${REPORT}-${version}.txt`, formatVerdicts(verdicts));
    expect(idsOf(failed(verdicts))).toEqual([]);
    const counts = countVerdicts(verdicts);
    expect(verdicts).toHaveLength(621);
    expect(counts).toEqual({ pass: 229, fail: 0, 'not applicable': 196, 'needs a judgement': 196 });
  });

  it.each(['1.2', '1.3'] as const)('breaks none with corrections, as FOCUS %s', (version) => {
    const verdicts = judged(mixedFocusCsv(version, correctedDraft()));
    expect(idsOf(failed(verdicts))).toEqual([]);
  });

  it.each(['1.2', '1.3'] as const)('breaks none with true-ups to invoices, as FOCUS %s', (version) => {
    const text = mixedFocusCsv(version, truedUpDraft());
    expect(readTable(text).rows.map(({ ChargeCategory }) => ChargeCategory)).toContain('Adjustment');
    expect(idsOf(failed(judged(text)))).toEqual([]);
  });

  it('breaks none without rows', () => {
    const [header = ''] = csv.split('\r\n');
    expect(idsOf(failed(judged(`${header}\r\n`)))).toEqual([]);
  });

  it.each(['1.2', '1.3'] as const)(
    "has the columns of FOCUS %s, all of them and first, then the house's own",
    (version) => {
      const known = focusColumnList();
      const wanted = known.filter(({ introduced = '' }) => Number.parseFloat(introduced) <= Number(version));
      const columns = focusColumns(version).map(({ name }) => name);
      const own = columns.filter((column) => column.startsWith('x_'));
      expect(columns).toEqual([...wanted.map(({ column }) => column), ...own]);
    },
  );

  it('leaves null only what may be null', () => {
    const known = focusColumnList();
    const never = known.filter((column) => column.v1_2_nulls === 'False').map(({ column = '' }) => column);
    // The rules' own condition for it is written the wrong way round.
    for (const row of readTable(csv).rows)
      for (const column of [...never, 'ConsumedQuantity']) expect([column, row[column]]).not.toEqual([column, null]);
  });

  describe.each<[string, Edit, string[]]>([
    ['a column that must be there', ({ BilledCost: _, ...row }) => row, ['CostAndUsage-D-006-M']],
    ['a column that should be there', ({ InvoiceId: _, ...row }) => row, ['CostAndUsage-D-033-O']],
  ])('without %s', (_, edit, rulesBroken) => {
    it(`breaks ${rulesBroken.join(', ')}`, () => expectBroken(edit, rulesBroken));
  });

  describe.each<[string, Record<string, string>, string[]]>([
    ['a null cost', { BilledCost: '' }, ['BilledCost-C-003-M', 'BilledCost-C-004-M']],
    ['a cost that is no number', { EffectiveCost: '$5' }, ['EffectiveCost-C-001-M', 'EffectiveCost-C-002-M']],
    [
      'a sign before a positive number',
      { PricingQuantity: '+1' },
      ['PricingQuantity-C-001-M', 'PricingQuantity-C-002-M'],
    ],
    ['a category that there is not', { ChargeCategory: 'Fee' }, ['ChargeCategory-C-003-M', 'ConsumedQuantity-C-004-C']],
    [
      'a service category that there is not',
      { ServiceCategory: 'Magic', ServiceName: 'Magic' },
      ['ServiceCategory-C-003-M', 'ServiceSubcategory-C-004-M'],
    ],
    [
      'a subcategory of another category',
      { ServiceSubcategory: 'Containers', ServiceName: 'x' },
      ['ServiceSubcategory-C-004-M'],
    ],
    ['a service of two subcategories', { ServiceSubcategory: 'Bots' }, ['ServiceName-C-008-C']],
    ['a cost that is not its product', { ListCost: '77' }, ['ListUnitPrice-C-010-C', 'ListCost-C-009-C']],
    ['a pico too much', { ContractedCost: '5.160000000001' }, ['ContractedUnitPrice-C-011-C']],
    [
      'a negative price',
      { PricingCurrencyListUnitPrice: '-0.1' },
      ['PricingCurrencyListUnitPrice-C-008-M', 'PricingCurrencyEffectiveCost-C-004-M'],
    ],
    [
      'a time without a zone',
      { BillingPeriodEnd: '2023-12-01 00:00:00' },
      ['BillingPeriodEnd-C-001-M', 'BillingPeriodEnd-C-002-M'],
    ],
    ['a time in another zone', { ChargePeriodEnd: '2023-12-01T00:00:00+01:00' }, ['ChargePeriodEnd-C-002-M']],
    ['a unit that is none', { ConsumedUnit: 'tokens!' }, ['ConsumedUnit-C-003-O']],
    ['a quantity without a unit', { PricingUnit: '' }, ['PricingUnit-C-006-C']],
    ['a class that there is not', { ChargeClass: 'Fix' }, ['ChargeClass-C-005-C']],
    [
      'a currency that there is not',
      { BillingCurrency: 'USX' },
      ['BillingCurrency-C-003-M', 'BillingCurrency-C-006-M'],
    ],
    ['a list as a tag', { Tags: '{"a":[1]}' }, ['Tags-C-001-M']],
    ['a tag that is there twice', { Tags: '{"a":1,"a":2}' }, ['Tags-C-001-M']],
    ['blank text', { ChargeDescription: ' ' }, ['ChargeDescription-C-002-M']],
    ['a frequency that there is not', { ChargeFrequency: 'Daily' }, ['ChargeFrequency-C-003-M']],
    ['a team without a name', { SubAccountName: '' }, ['SubAccountName-C-005-C']],
    ['a price of two SKUs', { SkuId: 'another' }, ['SkuPriceId-C-008-M']],
    ['an issuer that did not sell', { InvoiceIssuerName: 'a market' }, ['BilledCost-C-005-C']],
    ['a region without a name', { RegionName: '' }, ['RegionName-C-005-C']],
    ['a name of no region', { RegionId: '' }, ['RegionName-C-004-C']],
  ])('with %s', (_, cells, rulesBroken) => {
    // Two rows of one SKU price, of which one is changed.
    const edit: Edit = (row, i) => (i === twin ? { ...row, ...cells } : row);
    it(`breaks ${rulesBroken.join(', ')}`, () => expectBroken(edit, rulesBroken));
  });

  /** A row whose SKU price another row has too. */
  const skuPrices = readTable(csv).rows.map(({ SkuPriceId }) => SkuPriceId);
  const twin = skuPrices.findIndex(
    (price, i) => price === 'pool/h100/llama/Output Tokens/policy/3' && skuPrices.indexOf(price, i + 1) > 0,
  );

  function expectBroken(edit: Edit, rulesBroken: readonly string[]) {
    const rows = readTable(csv).rows.map((row, i) => edit({ ...row }, i));
    const planted = stringify(
      rows.map((row) => ({ ...row })),
      { header: true, record_delimiter: 'windows' },
    );
    const broken = failed(judged(planted));
    const leaves = broken.filter(({ rule }) => rule.kind !== 'Composite');
    expect(idsOf(leaves).sort()).toEqual([...rulesBroken].sort());
    expect(idsOf(broken)).toContain('CostAndUsage-D-000-M');
  }
});
