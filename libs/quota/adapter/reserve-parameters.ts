import { type EpochMs, formatInstant } from '#calendar';
import type { Claim } from '../domain/index.js';
import type { ReserveOrder } from '../service/quota-store.js';

/** The row that stands for all slices of a rolling window: whoever decides holds its lock. */
export const ROLLING_HEAD: EpochMs = 0;

/** Counts that are summed and decided together. */
export interface ClaimGroup {
  readonly seriesId: string;
  readonly subject: string;
  readonly lock: EpochMs;
  readonly from: EpochMs;
  readonly start: EpochMs;
}

/** Orders that one call can decide, and the groups of all their claims. */
export interface GroupedOrders {
  readonly orders: readonly ReserveOrder[];
  readonly groups: readonly ClaimGroup[];
}

/**
 * Cuts a list of orders so that in each part a subject of a series has one window: of two windows that overlap, one would
 * not see what the other is about to add. The order stays.
 */
export function groupClaims(orders: readonly ReserveOrder[]): GroupedOrders[] {
  const parts: { orders: ReserveOrder[]; groups: Map<string, ClaimGroup> }[] = [];
  for (const order of orders) {
    const last = parts.at(-1);
    const part = last && fits(order, last) ? last : { orders: [], groups: new Map<string, ClaimGroup>() };
    if (part !== last) parts.push(part);
    part.orders.push(order);
    for (const claim of order.claims) {
      const key = groupKey(claim);
      if (!part.groups.has(key)) part.groups.set(key, toGroup(claim));
    }
  }
  return parts.map((part) => ({ orders: part.orders, groups: [...part.groups.values()] }));
}

/** The values of a call of `quota_reserve`. */
export function reserveParameters(orders: readonly ReserveOrder[], groups: readonly ClaimGroup[]): unknown[] {
  const places = new Map(groups.map((group, i) => [`${group.seriesId} ${group.subject}`, i + 1]));
  const claims = orders.flatMap((order) => order.claims);
  return [
    orders[0]?.accountId,
    orders[0]?.revision,
    groups.map(({ seriesId }) => seriesId),
    groups.map(({ subject }) => subject),
    groups.map(({ lock }) => formatInstant(lock)),
    groups.map(({ from }) => formatInstant(from)),
    groups.map(({ start }) => formatInstant(start)),
    ...reservationColumns(orders),
    firstPlaces(orders),
    claims.map((claim) => places.get(groupKey(claim)) ?? 0),
    claims.map(({ amount }) => amount.toString()),
    claims.map(({ ceiling }) => ceiling?.toString() ?? null),
  ];
}

/**
 * What is kept of each order that is admitted, a column each: its id, times, request, shares, key and fingerprint. Requests and
 * shares are JSON arrays (see `jsonbArray`).
 */
export function reservationColumns(orders: readonly ReserveOrder[]): unknown[] {
  return [
    orders.map(({ reservationId }) => reservationId),
    orders.map(({ at }) => formatInstant(at)),
    orders.map(({ expiresAt }) => formatInstant(expiresAt)),
    `[${orders.map(({ request }) => request).join()}]`,
    `[${orders.map(sharesOf).join()}]`,
    orders.map(({ idempotencyKey }) => idempotencyKey),
    orders.map(({ fingerprint }) => fingerprint),
  ];
}

/**
 * A `jsonb[]` of a parameter that is one JSON array. Postgres takes that as it is, while every quote of a text within an array of
 * texts would be escaped for it and unescaped by it.
 */
export function jsonbArray(parameter: `$${number}`): string {
  return `array(select item from jsonb_array_elements(${parameter}::jsonb) with ordinality as each (item, place) order by place)`;
}

/** Of each order's first claim among all, from 1, and one more that is where the last one's end. */
function firstPlaces(orders: readonly ReserveOrder[]): number[] {
  const places = [1];
  for (const { claims } of orders) places.push((places.at(-1) ?? 1) + claims.length);
  return places;
}

function sharesOf({ claims }: ReserveOrder): string {
  return JSON.stringify(
    claims.map(({ count, amount }) => [count.seriesId, count.subject, formatInstant(count.start), amount.toString()]),
  );
}

function groupKey({ count }: Claim): string {
  return `${count.seriesId} ${count.subject}`;
}

function toGroup({ count, counted }: Claim): ClaimGroup {
  const from = counted[0] ?? count.start;
  return {
    seriesId: count.seriesId,
    subject: count.subject,
    lock: from === count.start ? count.start : ROLLING_HEAD,
    from,
    start: count.start,
  };
}

function fits(
  order: ReserveOrder,
  { orders: [first], groups }: { readonly orders: readonly ReserveOrder[]; readonly groups: Map<string, ClaimGroup> },
): boolean {
  return (
    first?.accountId === order.accountId &&
    first.revision === order.revision &&
    order.claims.every((claim) => {
      const group = groups.get(groupKey(claim));
      return !group || (group.start === claim.count.start && group.from === (claim.counted[0] ?? claim.count.start));
    })
  );
}
