/**
 * Adds an explanation up again, from its JSON alone and with whole numbers, as somebody would do it with paper: this file knows
 * nothing of how the product computes.
 */

interface Amounts {
  readonly requests: string;
  readonly quantity: string;
  readonly list: string | null;
  readonly effective: string | null;
  readonly billed?: string | null;
}

interface Split {
  readonly by: string;
  readonly name: string | null;
  readonly amount: string;
  readonly weight: string;
  readonly totalWeight: string;
  readonly parts: number;
  readonly part: string;
}

export interface Charge extends Amounts {
  readonly chargePeriod: string;
  readonly charges: number;
  readonly unitPrice: { readonly effective: string } | null;
  readonly poolCost: {
    readonly effective: string;
    readonly sources: readonly { readonly effective: string }[];
    readonly otherSources: string;
  } | null;
  readonly splits: readonly Split[];
  readonly setAside: { readonly by: string; readonly effective: string } | null;
  readonly why: string | null;
}

interface Rounded {
  readonly effective: string;
  readonly billed: string;
}

export interface Own {
  readonly now: Amounts | null;
  readonly charges: { readonly data: readonly Charge[]; readonly nextCursor: string | null };
  readonly charged: Amounts & { readonly entries: number; readonly setAside: string };
  readonly settlements: readonly (Amounts & { readonly step: string; readonly splits: readonly Split[] })[];
  readonly check: { readonly difference: string };
  readonly rounding: {
    readonly minorUnit: string;
    readonly method: string;
    readonly ofParty: Rounded;
    readonly ofTeam: Rounded;
    readonly ofLine: Rounded;
    readonly splits: readonly Split[];
    readonly residue: string;
  } | null;
}

export interface Explanation {
  readonly state: string;
  readonly line: Amounts & { readonly id: string; readonly kind: string };
  readonly own: Own | null;
  readonly correction: { readonly before: Amounts; readonly after: Amounts } | null;
  readonly sinceClose: {
    readonly closed: Amounts;
    readonly corrections: readonly Amounts[];
    readonly now: Amounts;
  } | null;
}

const DECIMALS = 12;
const FIELDS = ['requests', 'quantity', 'list', 'effective', 'billed'] as const;

/** All that does not add up, in words; of an explanation with all of its charges. */
export function faultsOf(explanation: Explanation, charges: readonly Charge[]): string[] {
  const { own, line, correction, sinceClose, state } = explanation;
  const faults: string[] = [];
  if (own) {
    for (const charge of charges) faults.push(...faultsOfCharge(charge));
    faults.push(...faultsOfSums(own, charges), ...faultsOfRounding(own));
    if (state === 'draft') faults.push(...differences('the line as shown and now', [line], own.now ?? undefined));
  }
  if (correction) faults.push(...differences('before, line and after', [correction.before, line], correction.after));
  if (sinceClose) {
    const { closed, corrections, now } = sinceClose;
    faults.push(...differences('closed, corrections and now', [closed, ...corrections], now));
    if (own?.now) faults.push(...differences('now and since the close', [own.now], now));
  }
  if (!own && !correction) faults.push('nothing is explained');
  return faults.map((fault) => `${line.id}: ${fault}`);
}

function faultsOfCharge(charge: Charge): string[] {
  const { poolCost, splits, setAside, unitPrice, effective, chargePeriod } = charge;
  const faults: string[] = [];
  if (poolCost) {
    const sum = poolCost.sources.reduce(
      (total, source) => total + scaled(source.effective),
      scaled(poolCost.otherSources),
    );
    if (sum !== scaled(poolCost.effective)) faults.push('the sources of the pool’s cost');
  }
  // An amount is a price times a quantity, or comes out of the pool's cost split by split.
  if (unitPrice) {
    const product = scaled(unitPrice.effective) * scaled(charge.quantity);
    if (product !== scaled(effective ?? '0') * 10n ** BigInt(DECIMALS)) faults.push('price times quantity');
  } else if (poolCost && effective !== null) {
    if (setAside?.by === 'peak' && scaled(effective) !== 0n) faults.push('cost that is held back and charged at once');
    faults.push(...faultsOfChain(splits, poolCost.effective, setAside ? setAside.effective : effective));
  }
  return faults.map((fault) => `${chargePeriod}: ${fault}`);
}

function faultsOfChain(splits: readonly Split[], from: string, to: string): string[] {
  const faults = splits.flatMap((split) => faultsOfSplit(split));
  const amounts = [from, ...splits.map(({ part }) => part)];
  splits.forEach((split, i) => {
    if (scaled(split.amount) !== scaled(amounts[i] ?? '')) faults.push(`${split.by} splits another amount`);
  });
  if (scaled(amounts.at(-1) ?? '') !== scaled(to)) faults.push('the last split and the amount');
  return faults;
}

function faultsOfSplit({ by, amount, weight, totalWeight, parts, part }: Split, unit = 1n): string[] {
  const [given, own, all, got] = [amount, weight, totalWeight, part].map(scaled);
  if (given === undefined || own === undefined || all === undefined || got === undefined) return [`${by} is not whole`];
  if (all === 0n) return got === 0n ? [] : [`${by} gives a part of no weight`];
  const off = magnitude(got * all - given * own);
  return off < BigInt(parts) * unit * all ? [] : [`${by} is off by ${off.toString()} of ${all.toString()}`];
}

function faultsOfSums(own: Own, charges: readonly Charge[]): string[] {
  const { charged, settlements, now, check } = own;
  const faults = differences('charges and their sum', charges, charged);
  if (charges.length !== charged.entries) faults.push('the number of charges');
  const aside = charges.reduce((sum, { setAside }) => sum + scaled(setAside?.effective ?? '0'), 0n);
  if (aside !== scaled(charged.setAside)) faults.push('what is set aside');
  for (const { step, splits, effective } of settlements) {
    // Volumes stand beside each other, at base prices.
    if (step === 'rated') faults.push(...splits.flatMap((split) => faultsOfSplit(split)));
    else if (['shared', 'minimum_commitment', 'invoice'].includes(step))
      faults.push(...faultsOfWays(splits, effective ?? ''));
    else if (splits.length > 0) faults.push(...faultsOfChain(splits, charged.setAside, effective ?? ''));
    else if (step === 'idle' || step === 'peak') faults.push(`${step} does not say how`);
  }
  if (now) faults.push(...differences('charges, settlements and line', [charged, ...settlements], now, ['billed']));
  if (scaled(check.difference) !== 0n) faults.push('its own check');
  return faults;
}

/** Pool by pool down to the line: what comes to a pool is what goes on from it, and what comes to the line is its part. */
function faultsOfWays(splits: readonly Split[], part: string): string[] {
  const faults = splits.flatMap((split) => faultsOfSplit(split));
  const sum = (of: readonly string[]) => of.reduce((total, each) => total + scaled(each), 0n);
  const last = splits.filter(({ by }) => by !== 'shared_pool');
  if (sum(last.map((split) => split.part)) !== scaled(part)) faults.push('the ways down and the amount');
  for (const name of new Set(splits.filter(({ by }) => by === 'shared_pool').map((split) => split.name))) {
    const arrived = splits.filter((split) => split.by === 'shared_pool' && split.name === name);
    const left = last.filter((split) => split.name === name);
    if (left.length > 0 && sum(arrived.map((split) => split.part)) !== sum(left.map(({ amount }) => amount)))
      faults.push(`what comes to ${name ?? ''} and goes on`);
  }
  return faults;
}

function faultsOfRounding({ rounding, now }: Own): string[] {
  if (!rounding) return now && now.effective !== null ? ['rounding is not explained'] : [];
  const { ofParty, ofTeam, ofLine, splits, method } = rounding;
  const minor = scaled(rounding.minorUnit);
  const faults: string[] = [];
  if (halfEven(scaled(ofParty.effective), minor) !== scaled(ofParty.billed)) faults.push('the rounding of the party');
  if (method === 'by_weight') {
    faults.push(...splits.flatMap((split) => faultsOfSplit(split, minor)));
    const [team, line] = splits;
    if (team?.amount !== ofParty.billed || team.part !== ofTeam.billed) faults.push('the split over teams');
    if (line?.amount !== ofTeam.billed || line.part !== ofLine.billed) faults.push('the split over lines');
  } else if (magnitude(scaled(ofLine.billed) - scaled(ofLine.effective)) >= minor) faults.push('rounded too far');
  if (ofLine.billed !== now?.billed || ofLine.effective !== now.effective) faults.push('what is rounded');
  if (scaled(ofLine.effective) + scaled(rounding.residue) !== scaled(ofLine.billed)) faults.push('the residue');
  return faults;
}

/** Field by field whether the parts sum to the whole. What is not known adds nothing; that the whole is not known must come from a part. */
function differences(
  what: string,
  parts: readonly Amounts[],
  whole: Amounts | undefined,
  without: readonly string[] = [],
): string[] {
  if (!whole) return [`${what}: there is no whole`];
  return FIELDS.filter((field) => !without.includes(field) && whole[field] !== undefined).flatMap((field) => {
    const of = parts.map((part) => part[field] ?? null);
    const given = whole[field] ?? null;
    if (given === null) return of.some((each) => each === null) ? [] : [`${what}: ${field} is not known`];
    // A list price that was not known once leaves no difference to add.
    if (field === 'list' && of.includes(null)) return [];
    const sum = of.reduce((total, each) => total + scaled(each ?? '0'), 0n);
    return sum === scaled(given) ? [] : [`${what}: ${field} is ${given}, the parts are ${sum.toString()} x 10^-12`];
  });
}

/** A decimal as a whole number of 10^-12. */
function scaled(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text);
  if (!match) throw new Error(`${JSON.stringify(text)} is no decimal`);
  const [, sign, integer = '', fraction = ''] = match;
  const value = BigInt(integer + fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? -value : value;
}

function halfEven(value: bigint, unit: bigint): bigint {
  const twice = magnitude(value) * 2n;
  let units = twice / (2n * unit);
  const rest = twice - units * 2n * unit;
  if (rest > unit || (rest === unit && units % 2n === 1n)) units += 1n;
  return (value < 0n ? -units : units) * unit;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
