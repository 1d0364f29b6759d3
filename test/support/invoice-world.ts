import type { InvoicedAmount, InvoiceInputs, InvoiceMatch, MatchTarget, ReconciliationPolicy } from '#invoice/domain';
import { amountOf, matchOf, policyFor } from '../../libs/invoice/domain/testing.js';

/** What happens to invoices, and what is agreed of them. */
export type InvoiceStep =
  | {
      readonly what: 'invoice';
      readonly provider: 'aws' | 'openai';
      /** Known by provider and number; what is said of the same one later replaces it. */
      readonly number: number;
      /** The pool that its line names; null: rules say whose it is, or its provider does. */
      readonly pool: string | null;
      readonly month: string;
      /** Another line of it, of the month after. Null: it has none. */
      readonly next: bigint | null;
      /** Of a credit note below zero. Null: it is withdrawn. */
      readonly amount: bigint | null;
      readonly tax: bigint;
    }
  | {
      readonly what: 'agreement';
      readonly party: string;
      readonly policy: 'hold' | 'true_up';
      /** A month; empty: from the beginning. */
      readonly from: string;
    }
  | { readonly what: 'match'; readonly target: MatchTarget; readonly from: string };

type Invoice = Extract<InvoiceStep, { what: 'invoice' }>;

/** Invoices in memory: two lines at most of each, of months that follow each other. */
export class InvoiceWorld {
  private readonly invoices = new Map<string, { readonly version: number; readonly step: Invoice }>();
  private readonly policies: ReconciliationPolicy[] = [];
  private readonly matches: InvoiceMatch[] = [];

  constructor(private readonly followingMonth: (month: string) => string) {}

  take(step: InvoiceStep): void {
    if (step.what === 'invoice') {
      const key = `${step.provider} ${step.number.toString()}`;
      this.invoices.set(key, { version: (this.invoices.get(key)?.version ?? 0) + 1, step });
    } else if (step.what === 'agreement') {
      const version = this.policies.filter(({ party }) => party === step.party).length + 1;
      this.policies.push(policyFor(step.party, { version, fromPeriod: step.from, policy: step.policy }));
    } else {
      const version = this.matches.length + 1;
      this.matches.push(matchOf({ target: step.target, fromPeriod: step.from, version }));
    }
  }

  inputs(period: string): InvoiceInputs {
    const touching = [...this.invoices].flatMap(([invoiceId, { version, step }]) => {
      const amounts = this.amountsOf(invoiceId, step);
      return amounts.some((amount) => amount.period === period) ? [{ invoiceId, version, amounts }] : [];
    });
    return {
      amounts: touching.flatMap(({ amounts }) => amounts),
      versions: touching.map(({ invoiceId, version }) => ({ invoiceId, version })),
      matches: [...this.matches],
      policies: [...this.policies],
    };
  }

  private amountsOf(invoiceId: string, { provider, pool, month, amount, next, tax }: Invoice): InvoicedAmount[] {
    if (amount === null) return [];
    const own = amountOf({ invoiceId, provider, pool, period: month, amount, tax });
    if (next === null) return [own];
    return [own, amountOf({ invoiceId, provider, pool, period: this.followingMonth(month), amount: next })];
  }
}
