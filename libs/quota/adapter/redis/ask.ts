import type { EpochMs } from '#calendar';
import type { Claim, CountName } from '../../domain/index.js';
import type { ReserveOrder } from '../../service/quota-store.js';
import { splitAmount } from './split-amount.js';

/** A count within its account. */
export function fieldOf({ seriesId, subject, start }: Omit<CountName, 'accountId'>): string {
  return `${seriesId}/${start}/${subject}`;
}

const FIELD = /^(\d{1,18})\/(-?\d{1,15})\/(.*)$/s;

/** The count that a field is of; undefined: of none. */
export function countOf(accountId: number, field: string): CountName | undefined {
  const [, seriesId, start, subject] = FIELD.exec(field) ?? [];
  if (seriesId === undefined || start === undefined || subject === undefined) return undefined;
  return { accountId, seriesId, subject, start: Number(start) };
}

type AskedClaim = readonly [
  group: number,
  place: number,
  billions: number,
  rest: number,
  ceilingBillions: number,
  ceilingRest: number,
];
type AskedOrder = readonly [id: string, over: EpochMs, key: number, claims: readonly AskedClaim[]];

/** What a script is asked to decide. */
export interface Ask {
  readonly accountId: number;
  /** All counts, by their places; those that are added to first. */
  readonly counts: readonly CountName[];
  /** How many are added to, and must be there. */
  readonly real: number;
  readonly groups: readonly (readonly number[])[];
  readonly orders: readonly AskedOrder[];
}

const NO_CEILING = [-1, 0] as const;

export function askFor(accountId: number, orders: readonly ReserveOrder[]): Ask {
  const builder = new AskBuilder();
  for (const { claims } of orders) for (const { count } of claims) builder.placeOf(count);
  const real = builder.counts.length;
  const keys = new Map<string, number>();
  const asked = orders.map(({ reservationId, expiresAt, idempotencyKey, claims }): AskedOrder => {
    const key = idempotencyKey === null ? 0 : (keys.get(idempotencyKey) ?? keys.size + 1);
    if (idempotencyKey !== null) keys.set(idempotencyKey, key);
    return [reservationId, expiresAt, key, claims.map((claim) => builder.claim(claim))];
  });
  return { accountId, counts: builder.counts, real, groups: builder.groups, orders: asked };
}

/** To see what is counted against claims, whose counts need not be there. */
export function askToSee(accountId: number, claims: readonly Claim[]): Ask {
  const builder = new AskBuilder();
  const order: AskedOrder = ['', 0, 0, claims.map((claim) => builder.claim(claim))];
  return { accountId, counts: builder.counts, real: 0, groups: builder.groups, orders: [order] };
}

class AskBuilder {
  readonly counts: CountName[] = [];
  readonly groups: number[][] = [];
  private readonly places = new Map<string, number>();
  private readonly groupPlaces = new Map<string, number>();

  placeOf(count: CountName): number {
    const field = fieldOf(count);
    const known = this.places.get(field);
    if (known !== undefined) return known;
    this.places.set(field, this.counts.length);
    return this.counts.push(count) - 1;
  }

  claim({ count, counted, amount, ceiling }: Claim): AskedClaim {
    const group = this.groupOf(counted.map((start) => this.placeOf({ ...count, start })));
    const limit = ceiling === null ? NO_CEILING : splitAmount(ceiling);
    return [group, this.placeOf(count), ...splitAmount(amount), ...limit];
  }

  private groupOf(places: number[]): number {
    const key = places.join(' ');
    const known = this.groupPlaces.get(key);
    if (known !== undefined) return known;
    this.groupPlaces.set(key, this.groups.length);
    return this.groups.push(places) - 1;
  }
}
