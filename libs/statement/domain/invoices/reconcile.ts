import {
  type InvoicedAmount,
  invoicedBy,
  matchFinder,
  policyOf,
  type ReconciliationPolicy,
  TAX,
} from '#invoice/domain';
import { divideHalfEven, groupBy, magnitude, picosPerMinor, picosToMinor } from '#money';
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

/**
 * Holds a month's lines, by party, against its invoices. A line of an invoice is the pool's that it names, else whose the
 * best rule says, else the provider's own where that one was metered in the month; anything else is shown as unmatched.
 */
export function reconcile(inputs: BillInputs, metered: ReadonlyMap<string, readonly Line[]>): MonthReconciliation {
  const { invoices, period, account } = inputs;
  const own = invoices.amounts.filter((amount) => amount.period === period.name);
  const ownerOf = ownerFinder(inputs, metered);
  const sums = invoicedBy(invoices.amounts, period.name, account.currency, (amount) => keyOf(amount, ownerOf(amount)));
  const parties = new Map<string, Party>();
  for (const [key, [line]] of metered) if (line) parties.set(key, partyOfLine(line, inputs.book));
  const amountsOf = new Map<string, [InvoicedAmount, string | null][]>();
  for (const amount of own) {
    const owner = ownerOf(amount);
    if (typeof owner === 'string') continue;
    const { party } = owner.party;
    parties.set(party, owner.party);
    const amounts = amountsOf.get(party);
    if (amounts) amounts.push([amount, owner.model]);
    else amountsOf.set(party, [[amount, owner.model]]);
  }
  return {
    parties: [...parties.values()]
      .sort((a, b) => (a.party < b.party ? -1 : 1))
      .map((party) => {
        const key = party.party;
        const invoiced = amountsOf.has(key) ? (sums.get(partyKey(key)) ?? 0n) : null;
        const models = modelsOf(metered.get(key) ?? [], amountsOf.get(key) ?? []);
        const policy = policyOf(invoices.policies, key, period.name) ?? null;
        return compare(party, sumOf(metered.get(key) ?? []), { invoiced, models, policy, inputs });
      }),
    unmatched: unmatchedOf(
      // Lines of tax alone have nothing to match.
      own.filter((amount) => amount.amount !== 0n && ownerOf(amount) === 'unmatched'),
      sums,
    ),
    platformOwn: sums.get(PLATFORM) ?? 0n,
    tax: sums.get(TAX) ?? 0n,
  };
}

/** Whose an invoice line is; the same line always the same. */
function ownerFinder(inputs: BillInputs, metered: ReadonlyMap<string, unknown>): (amount: InvoicedAmount) => Owner {
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
    return metered.has(`provider:${book.providerNamed(amount.provider)}`)
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
  lines: readonly Line[],
  amounts: readonly (readonly [InvoicedAmount, string | null])[],
): ModelReconciliation[] {
  if (amounts.every(([, model]) => model === null)) return [];
  const invoiced = groupBy(amounts, ([, model]) => JSON.stringify([model]));
  const metered = groupBy(lines, ({ model }) => JSON.stringify([model]));
  return [...new Set([...invoiced.keys(), ...metered.keys()])].sort().map((key) => {
    const [model] = JSON.parse(key) as [string | null];
    const of = invoiced.get(key) ?? [];
    return {
      model,
      metered: sumOf(metered.get(key) ?? []),
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
