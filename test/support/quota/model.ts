import type { EpochMs } from '#calendar';
import type { FinishAnswer, FinishOrder, ReservationState, ReserveAnswer, ReserveOrder } from '#quota';
import { type Claim, type CountName, countKey, type QuotaAmount } from '#quota/domain';

interface ModelReservation {
  readonly order: ReserveOrder;
  state: ReservationState;
  metered: boolean;
  expiresAt: EpochMs;
  amounts: readonly QuotaAmount[];
}

/** What a store must do, in memory and for one caller. */
export class QuotaModel {
  readonly reservations: ModelReservation[] = [];
  /** Usage, and what reservations were settled with. */
  private readonly counted = new Map<string, bigint>();

  reserve(orders: readonly ReserveOrder[]): ReserveAnswer[] {
    return orders.map((order) => {
      const { idempotencyKey: key } = order;
      const known = key === null ? undefined : this.reservations.find((of) => of.order.idempotencyKey === key)?.order;
      if (known) return { outcome: 'known', reservationId: known.reservationId, fingerprint: known.fingerprint };
      const before = order.claims.map((claim) => this.look(claim));
      const passes = order.claims.some(
        ({ amount, ceiling }, i) => ceiling !== null && (before[i] ?? 0n) + amount > ceiling,
      );
      if (passes) return { outcome: 'refused', before };
      const { expiresAt } = order;
      this.reservations.push({ order, state: 'active', metered: false, expiresAt, amounts: [] });
      return { outcome: 'admitted', before };
    });
  }

  look({ count, counted }: Claim): QuotaAmount {
    return counted.reduce((sum, start) => {
      const key = countKey({ ...count, start });
      return sum + (this.counted.get(key) ?? 0n) + this.held(key);
    }, 0n);
  }

  finish({ reservationId, at, state, amounts }: FinishOrder): FinishAnswer | undefined {
    const of = this.find(reservationId);
    if (!of) return undefined;
    const before = of.state;
    if (state === 'expired' && of.expiresAt > at) return { before, after: before };
    if (before === 'active' || (before === 'expired' && state === 'settled')) {
      of.state = state;
      if (state === 'settled' && !of.metered) {
        of.amounts = amounts;
        of.order.claims.forEach(({ count }, i) => this.add(count, amounts[i] ?? 0n));
      }
    }
    return { before, after: of.state };
  }

  extend(reservationId: string, at: EpochMs, expiresAt: EpochMs): EpochMs | undefined {
    const of = this.find(reservationId);
    if (of?.state !== 'active' || of.expiresAt <= at) return undefined;
    of.expiresAt = Math.max(of.expiresAt, expiresAt);
    return of.expiresAt;
  }

  expire(at: EpochMs, limit: number): number {
    const due = this.reservations.filter((of) => of.state === 'active' && of.expiresAt <= at);
    const ended = due.sort((a, b) => a.expiresAt - b.expiresAt).slice(0, limit);
    for (const of of ended) of.state = 'expired';
    return ended.length;
  }

  meter(usage: readonly { count: CountName; amount: QuotaAmount }[], reservationIds: readonly string[]): void {
    for (const of of reservationIds.map((id) => this.find(id))) {
      if (!of || of.metered) continue;
      of.metered = true;
      if (of.state === 'active') of.state = 'settled';
      of.order.claims.forEach(({ count }, i) => this.add(count, -(of.amounts[i] ?? 0n)));
      of.amounts = [];
    }
    for (const { count, amount } of usage) this.add(count, amount);
  }

  private find(reservationId: string): ModelReservation | undefined {
    return this.reservations.find((of) => of.order.reservationId === reservationId);
  }

  private held(key: string): bigint {
    const claims = this.reservations.filter((of) => of.state === 'active').flatMap((of) => of.order.claims);
    return claims.reduce((sum, { count, amount }) => (countKey(count) === key ? sum + amount : sum), 0n);
  }

  private add(count: CountName, amount: QuotaAmount): void {
    const key = countKey(count);
    this.counted.set(key, (this.counted.get(key) ?? 0n) + amount);
  }
}
