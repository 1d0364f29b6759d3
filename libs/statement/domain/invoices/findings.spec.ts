import { acceptedOf, type InvoiceStanding, unmatchedText, unreconciledText } from './findings.js';
import { type MonthReconciliation, NOTHING_RECONCILED, type PartyReconciliation } from './reconciliation.js';

const party = (over: Partial<PartyReconciliation> = {}): PartyReconciliation => ({
  ...{ party: 'pool:h100', pool: 'h100', provider: null, metered: 10n ** 13n, invoiced: 1_025n, difference: 25n },
  ...{ differenceBasisPoints: 250n, state: 'differs', policy: null, isTruedUp: false, adjusted: 0n, models: [] },
  ...over,
});
const standing = (over: Partial<InvoiceStanding>): InvoiceStanding => {
  return { own: NOTHING_RECONCILED, closed: [], accepted: new Set(), ...over };
};
const month = (of: Partial<MonthReconciliation>): MonthReconciliation => ({ ...NOTHING_RECONCILED, ...of });
const unreconciled = (over: Partial<InvoiceStanding>) => unreconciledText(standing(over), 'USD');
const late = { period: '2023-10', reconciliation: month({ parties: [party()] }) };
const TEXT = 'pool:h100 is invoiced 10.25 USD, a difference of 0.25';

describe('what invoices say against a close', () => {
  it('names the parties of the month, and those of closed months with their month', () => {
    expect(unreconciled({})).toBeUndefined();
    expect(unreconciled({ own: month({ parties: [party(), party({ isTruedUp: true })] }) })).toBe(TEXT);
    expect(unreconciled({ own: late.reconciliation, closed: [late] })).toBe(`${TEXT}; 2023-10: ${TEXT}`);
    const missing = party({ state: 'missing_invoice', invoiced: null, difference: null });
    expect(unreconciled({ own: month({ parties: [missing] }) })).toBeUndefined();
  });

  it('does not hold a close by what another accepted, its own or a later one, unless it changed', () => {
    const close = (name: string, detail: string) => ({
      period: { name, timeZone: 'UTC', start: 0, end: 0 },
      accepted: [{ check: 'unreconciled_invoice' as const, detail }],
    });
    const held = (detail: string, name: string) =>
      unreconciled({ closed: [late], accepted: new Set(acceptedOf(close(name, detail))) });
    expect(held(`provider:x has no invoice; ${TEXT}`, '2023-10')).toBeUndefined();
    expect(held(`2023-10: ${TEXT}`, '2023-11')).toBeUndefined();
    expect(held(TEXT, '2023-11')).toBe(`2023-10: ${TEXT}`);
    expect(held(`2023-10: ${TEXT.replace('0.25', '0.24')}`, '2023-11')).toBe(`2023-10: ${TEXT}`);
  });

  it('names lines that are matched to nobody, of closed months too', () => {
    const unmatched = [{ provider: 'aws', subAccount: null, sku: 'p5', lines: 3, invoiced: 500n }];
    const closed = [{ period: '2023-10', reconciliation: month({ unmatched }) }];
    const text = '3 lines of aws / p5 over 5.00 USD are matched to nobody';
    expect(unmatchedText(standing({ closed }), 'USD')).toBe(`2023-10: ${text}`);
    expect(unmatchedText(standing({ own: month({ unmatched }) }), 'USD')).toBe(text);
  });

  it('names so many, and the number of the others', () => {
    const parties = Array.from({ length: 23 }, (_, i) => party({ party: `pool:p${i}` }));
    expect(
      unreconciled({ own: month({ parties }) })
        ?.split('; ')
        .slice(-2),
    ).toEqual(['pool:p19 is invoiced 10.25 USD, a difference of 0.25', 'and 3 more']);
  });
});
