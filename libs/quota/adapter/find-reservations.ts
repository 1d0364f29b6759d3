import type { DataSource } from 'typeorm';
import type { Reservation, ReservationState } from '../service/quota-store.js';

const FIND = `
  select reservation_id as "reservationId", state, metered, (extract(epoch from created_at) * 1000)::bigint as "createdAt",
    (extract(epoch from expires_at) * 1000)::bigint as "expiresAt", (extract(epoch from ended_at) * 1000)::bigint as "endedAt",
    request::text as request, shares, amounts
  from quota_reservation where account_id = $1 and reservation_id = any($2::uuid[])`;

interface Row {
  readonly reservationId: string;
  readonly state: ReservationState;
  readonly metered: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly endedAt: string | null;
  readonly request: string;
  readonly shares: readonly (readonly [seriesId: string, subject: string, start: string, held: string])[];
  readonly amounts: readonly string[] | null;
}

/** Those of an account's reservations that are there, in no order. */
export async function findReservations(
  dataSource: DataSource,
  accountId: number,
  reservationIds: readonly string[],
): Promise<readonly Reservation[]> {
  const rows = await dataSource.query<Row[]>(FIND, [accountId, reservationIds]);
  return rows.map(({ createdAt, expiresAt, endedAt, shares, amounts, ...rest }) => ({
    ...rest,
    accountId,
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
    endedAt: endedAt === null ? null : Number(endedAt),
    shares: shares.map(([seriesId, subject, start, held]) => ({
      seriesId,
      subject,
      start: Date.parse(start),
      held: BigInt(held),
    })),
    amounts: amounts?.map(BigInt) ?? null,
  }));
}
