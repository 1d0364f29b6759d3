import type { ReconciledPartyWire, ReconciliationWire } from '#contract';
import { divideHalfEven, formatMinor, formatPicos, scaledToDecimal } from '#money';
import type { PeriodReconciliation, ReconciledParty } from '#statement';

export function reconciliationToApi(reconciliation: PeriodReconciliation): ReconciliationWire {
  const { period, currency, isClosed, parties, unmatched } = reconciliation;
  const { statements, platformOwn, tax, open, invoices } = reconciliation;
  const money = (minor: bigint) => formatMinor(minor, currency);
  return {
    period,
    state: isClosed ? 'closed' : 'draft',
    currency,
    parties: parties.map((party) => partyToApi(party, currency)),
    unmatched: unmatched.map((one) => ({ ...one, invoiced: money(one.invoiced) })),
    totals: {
      statements: money(statements),
      platformOwn: money(platformOwn),
      tax: money(tax),
      open: money(open),
      invoices: money(invoices),
    },
  };
}

function partyToApi(party: ReconciledParty, currency: string): ReconciledPartyWire {
  const { pool, provider, state, policy, metered, invoiced, difference, differenceBasisPoints, adjusted } = party;
  const money = (minor: bigint | null) => (minor === null ? null : formatMinor(minor, currency));
  return {
    pool,
    provider,
    state,
    policy: policy?.policy ?? 'hold',
    policyVersion: policy?.version ?? null,
    metered: formatPicos(metered),
    invoiced: money(invoiced),
    difference: money(difference),
    differencePercent: percentOf(differenceBasisPoints),
    adjusted: formatPicos(adjusted),
    billed: formatMinor(party.billed, currency),
    open: formatMinor(party.open, currency),
    models: party.models.map((model) => {
      const off = model.invoiced - model.metered;
      return {
        model: model.model,
        metered: formatPicos(model.metered),
        invoiced: formatPicos(model.invoiced),
        difference: formatPicos(off),
        differencePercent: percentOf(model.metered > 0n ? divideHalfEven(off * 10_000n, model.metered) : null),
      };
    }),
  };
}

/** Hundredths of a per cent as per cent. */
function percentOf(basisPoints: bigint | null): string | null {
  return basisPoints === null ? null : scaledToDecimal(basisPoints, 2);
}
