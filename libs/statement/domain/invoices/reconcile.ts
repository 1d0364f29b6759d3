import {
  type InvoicedAmount,
  invoicedBy,
  matchFinder,
  policyOf,
  type ReconciliationPolicy,
  TAX,
} from '#invoice/domain';
import { divideHalfEven, groupBy, magnitude, type Picos, picosPerMinor, picosToMinor } from '#money';
import type { PriceBook } from '#pricing/domain';
import type { BillInputs } from '../bill-inputs.js';
import type { LineAmounts, LineFields } from '../line.js';
import { partyOfLine } from './party.js';
import type {
  ModelReconciliation,
  MonthReconciliation,
  Party,
  PartyReconciliation,
  UnmatchedInvoice,
} from './reconciliation.js';

type Line = LineFields & LineAmounts;

/** Whose an invoice line is: a party and maybe its model, the platform's own, or nobody that is known. */
type Owner = { readonly party: Party; readonly model: string | null } | 'platform' | 'unmatched';

const PLATFORM = 'platform';

/** What a party's lines come to before anything is trued up. */
export interface MeteredParty {
  readonly party: Party;
  readonly cost: Picos;
  /** By `JSON.stringify([model])`. */
  readonly models: ReadonlyMap<string, Picos>;
}

/** Lines by party, as sums. */
export function meteredBy(byParty: ReadonlyMap<string, readonly Line[]>, book: PriceBook): Map<string, MeteredParty> {
  const metered = new Map<string, MeteredParty>();
  for (const [key, lines] of byParty) {
    const [line] = lines;
    if (!line) continue;
    const models = new Map<string, Picos>();
    for (const { model, effective } of lines) {
      const of = JSON.stringify([model]);
      models.set(of, (models.get(of) ?? 0n) + (effective ?? 0n));
    }
    metered.set(key, { party: partyOfLine(line, book), cost: sumOf(lines), models });
  }
  return metered;
}

/**
 * Holds a month's lines, by party, against its invoices. A line of an invoice is the pool's that it names, else whose the
 * best rule says, else the provider's own where that one was metered in the month; anything else is shown as unmatched.
 */
export function reconcile(inputs: BillInputs, metered: ReadonlyMap<string, MeteredParty>): MonthReconciliation {
  const month = new InvoicedMonth(inputs, (party) => metered.has(party));
  const parties = new Map([...metered].map(([key, { party }]) => [key, party]));
  for (const party of month.parties()) parties.set(party.party, party);
  return month.reconciliation([...parties.values()].map((party) => month.standing(party, metered.get(party.party))));
}

/** A month's invoices, by whose their lines are; each party is held against them by itself. */
export class InvoicedMonth {
  private readonly amountsOf = new Map<string, [InvoicedAmount, string | null][]>();
  private readonly invoiced = new Map<string, Party>();
  private readonly sums: ReadonlyMap<string, bigint>;
  private readonly unmatched: readonly UnmatchedInvoice[];

  /** `isMetered`: whether a provider has any line in the month, by its party's key. */
  constructor(
    private readonly inputs: BillInputs,
    isMetered: (party: string) => boolean,
  ) {
    const { invoices, period, account } = inputs;
    const own = invoices.amounts.filter((amount) => amount.period === period.name);
    const ownerOf = ownerFinder(inputs, isMetered);
    this.sums = invoicedBy(invoices.amounts, period.name, account.currency, (amount) => keyOf(amount, ownerOf(amount)));
    for (const amount of own) {
      const owner = ownerOf(amount);
      if (typeof owner === 'string') continue;
      const { party } = owner.party;
      this.invoiced.set(party, owner.party);
      const amounts = this.amountsOf.get(party);
      if (amounts) amounts.push([amount, owner.model]);
      else this.amountsOf.set(party, [[amount, owner.model]]);
    }
    // Lines of tax alone have nothing to match.
    const strays = own.filter((amount) => amount.amount !== 0n && ownerOf(amount) === 'unmatched');
    this.unmatched = unmatchedOf(strays, this.sums);
  }

  /** Those with any invoice. */
  parties(): Iterable<Party> {
    return this.invoiced.values();
  }

  standing(party: Party, metered: MeteredParty | undefined): PartyReconciliation {
    const { inputs } = this;
    const key = party.party;
    const amounts = this.amountsOf.get(key);
    const invoiced = amounts ? (this.sums.get(partyKey(key)) ?? 0n) : null;
    const models = modelsOf(metered?.models ?? new Map(), amounts ?? []);
    const policy = policyOf(inputs.invoices.policies, key, inputs.period.name) ?? null;
    return compare(party, metered?.cost ?? 0n, { invoiced, models, policy, inputs });
  }

  /** The whole of the month, of the standing of each of its parties. */
  reconciliation(parties: readonly PartyReconciliation[]): MonthReconciliation {
    return {
      parties: [...parties].sort((a, b) => (a.party < b.party ? -1 : 1)),
      unmatched: this.unmatched,
      platformOwn: this.sums.get(PLATFORM) ?? 0n,
      tax: this.sums.get(TAX) ?? 0n,
    };
  }
}

/** Whose an invoice line is; the same line always the same. */
function ownerFinder(inputs: BillInputs, isMetered: (party: string) => boolean): (amount: InvoicedAmount) => Owner {
  const { book, pools, sharedPools, invoices } = inputs;
  const find = matchFinder(invoices.matches);
  const known = new Set([...pools, ...sharedPools].map(({ pool }) => pool));
  const owners = new Map<InvoicedAmount, Owner>();
  const ofPool = (pool: string, model: string | null): Owner =>
    known.has(pool) ? { party: { party: `pool:${pool}`, pool, provider: null }, model } : 'unmatched';
  const ofProvider = (name: string, model: string | null): Owner => {
    const provider = book.providerNamed(name);
    return { party: { party: `provider:${provider}`, pool: null, provider }, model };
  };
  const decide = (amount: InvoicedAmount): Owner => {
    if (amount.pool !== null) return ofPool(amount.pool, amount.model);
    const target = find(amount);
    if (target?.to === 'platform') return PLATFORM;
    if (target?.to === 'pool') return ofPool(target.pool, amount.model);
    if (target?.to === 'provider') return ofProvider(target.provider, target.model ?? amount.model);
    return isMetered(`provider:${book.providerNamed(amount.provider)}`)
      ? ofProvider(amount.provider, amount.model)
      : 'unmatched';
  };
  return (amount) => {
    const kept = owners.get(amount) ?? decide(amount);
    owners.set(amount, kept);
    return kept;
  };
}

function compare(
  party: Party,
  metered: bigint,
  {
    invoiced,
    models,
    policy,
    inputs,
  }: {
    invoiced: bigint | null;
    models: readonly ModelReconciliation[];
    policy: ReconciliationPolicy | null;
    inputs: BillInputs;
  },
): PartyReconciliation {
  const { currency } = inputs.account;
  const meteredMinor = picosToMinor(metered, currency);
  const difference = invoiced === null ? null : invoiced - meteredMinor;
  const differenceBasisPoints =
    difference === null || meteredMinor === 0n ? null : divideHalfEven(difference * 10_000n, magnitude(meteredMinor));
  const shared = { ...party, metered, invoiced, difference, differenceBasisPoints, policy, models };
  if (invoiced === null || difference === null)
    return { ...shared, state: 'missing_invoice', isTruedUp: false, adjusted: 0n };
  // Before the month is over, or before an invoice came, there is nothing to be true to.
  const isTruedUp = (policy?.policy ?? 'hold') !== 'hold' && inputs.isOver;
  return {
    ...shared,
    state: isWithin(difference, meteredMinor, policy, currency) ? 'matched' : 'differs',
    isTruedUp,
    adjusted: isTruedUp ? invoiced * picosPerMinor(currency) - metered : 0n,
  };
}

function isWithin(difference: bigint, metered: bigint, policy: ReconciliationPolicy | null, currency: string): boolean {
  const { tolerance = 0n, toleranceBasisPoints = 0 } = policy ?? {};
  const off = magnitude(difference);
  return (
    off * picosPerMinor(currency) <= tolerance || off * 10_000n <= BigInt(toleranceBasisPoints) * magnitude(metered)
  );
}

/** Exact sums by model, in the order of names; none where no amount of the party tells its model. */
function modelsOf(
  metered: ReadonlyMap<string, Picos>,
  amounts: readonly (readonly [InvoicedAmount, string | null])[],
): ModelReconciliation[] {
  if (amounts.every(([, model]) => model === null)) return [];
  const invoiced = groupBy(amounts, ([, model]) => JSON.stringify([model]));
  return [...new Set([...invoiced.keys(), ...metered.keys()])].sort().map((key) => {
    const [model] = JSON.parse(key) as [string | null];
    const of = invoiced.get(key) ?? [];
    return {
      model,
      metered: metered.get(key) ?? 0n,
      invoiced: of.reduce((sum, [{ amount }]) => sum + amount, 0n),
    };
  });
}

function unmatchedOf(amounts: readonly InvoicedAmount[], sums: ReadonlyMap<string, bigint>): UnmatchedInvoice[] {
  return [...groupBy(amounts, unmatchedKey)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, group]) => {
      const [first] = group;
      if (!first) return [];
      const { provider, subAccount, sku } = first;
      const lines = group.reduce((sum, amount) => sum + amount.lines, 0);
      return [{ provider, subAccount, sku, lines, invoiced: sums.get(key) ?? 0n }];
    });
}

function keyOf(amount: InvoicedAmount, owner: Owner): string {
  if (owner === PLATFORM) return PLATFORM;
  return owner === 'unmatched' ? unmatchedKey(amount) : partyKey(owner.party.party);
}

function unmatchedKey({ provider, subAccount, sku }: InvoicedAmount): string {
  return JSON.stringify(['unmatched', provider, subAccount, sku]);
}

function partyKey(party: string): string {
  return JSON.stringify(['party', party]);
}

function sumOf(lines: readonly Line[]): bigint {
  return lines.reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
}
