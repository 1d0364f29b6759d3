import type { EpochMs } from '#calendar';
import type { CountName, QuotaAmount } from '../../domain/index.js';
import { CountsUnavailableError } from '../../service/quota-store.js';
import { type Ask, countOf, fieldOf } from './ask.js';
import { ABSENT, HELD } from './audit-scripts.js';
import type { RedisCommands } from './redis-commands.js';
import { BEGIN, DECIDE, FILL, GENERATION, PUBLISH, RENAME, type Script, TELL } from './scripts.js';
import { joinAmount, splitAmount } from './split-amount.js';

/** What the script says of one order; the same key as another's: the place of that one. */
export type OrderVerdict =
  | { readonly outcome: 'admitted' | 'refused'; readonly before: readonly QuotaAmount[] }
  | { readonly outcome: 'known'; readonly place: number };

export type Verdict =
  /** Redis has no counts of the account that may be decided on. */
  | { readonly kind: 'lost' }
  /** The usage of these counts, by their places, must be told first. */
  | { readonly kind: 'cold'; readonly places: readonly number[] }
  | { readonly kind: 'decided'; readonly generation: string; readonly orders: readonly OrderVerdict[] };

/** Usage of a count as of a revision. */
export interface ToldCount {
  readonly seriesId: string;
  readonly subject: string;
  readonly start: EpochMs;
  readonly revision: number;
  readonly usage: QuotaAmount;
}

/** A reservation that is under way. */
export interface ToldReservation {
  readonly reservationId: string;
  readonly expiresAt: EpochMs;
  readonly shares: readonly {
    readonly seriesId: string;
    readonly subject: string;
    readonly start: EpochMs;
    readonly held: QuotaAmount;
  }[];
}

/** A count that holds something else than its reservations add up to; null: what it holds is no amount. */
export interface HeldDifference {
  readonly name: CountName;
  readonly held: QuotaAmount | null;
  readonly sum: QuotaAmount;
}

/** Usage of a count as Redis has it. */
export interface KnownUsage {
  readonly name: CountName;
  /** Below 0: it has not been told of any; null: what is there is no usage. */
  readonly revision: number | null;
  readonly usage: QuotaAmount;
}

/**
 * What Redis has of an account, under one hash tag so that one script can touch all of it in a cluster too: what is held in which
 * count, the usage Postgres told it of, the reservations under way, and when they are over. Throws `CountsUnavailableError`.
 */
export class RedisCounts {
  constructor(private readonly redis: RedisCommands) {}

  async decide({ accountId, counts, real, groups, orders }: Ask): Promise<Verdict> {
    const asked = JSON.stringify({ names: counts.map(fieldOf), real, groups, orders });
    const reply = await this.run<DecideReply>(DECIDE, accountId, asked);
    switch (reply[0]) {
      case 'lost':
        return { kind: 'lost' };
      case 'cold':
        return { kind: 'cold', places: reply[1] };
      case 'decided':
        return { kind: 'decided', generation: reply[1], orders: reply[2].map(toVerdict) };
    }
  }

  /** Lets go of reservations that are over or that Postgres does not know, and takes usage that is later than what is known. */
  async tell(accountId: number, ended: readonly string[], counts: readonly ToldCount[]): Promise<void> {
    if (ended.length === 0 && counts.length === 0) return;
    const told = counts.map((count) => [fieldOf(count), count.revision, ...splitAmount(count.usage)]);
    await this.run(TELL, accountId, JSON.stringify({ ended, counts: told }));
  }

  /** What is decided on; undefined: nothing. */
  async generation(accountId: number): Promise<string | undefined> {
    return (await this.run<string | null>(GENERATION, accountId)) ?? undefined;
  }

  /** Forgets all and begins a generation. Nothing is decided until it is published. */
  async begin(accountId: number, generation: string): Promise<void> {
    await this.run(BEGIN, accountId, generation);
  }

  async fill(accountId: number, generation: string, reservations: readonly ToldReservation[]): Promise<void> {
    const told = reservations.map(({ reservationId, expiresAt, shares }) => [
      reservationId,
      expiresAt,
      shares.flatMap((share) => [fieldOf(share), ...splitAmount(share.held)]),
    ]);
    if (!(await this.run(FILL, accountId, generation, JSON.stringify(told)))) throw overtaken();
  }

  async publish(accountId: number, generation: string): Promise<void> {
    if (!(await this.run(PUBLISH, accountId, generation))) throw overtaken();
  }

  /** Lets go of reservations and gives the generation another name. */
  async rename(accountId: number, from: string, to: string, dropped: readonly string[]): Promise<void> {
    if (!(await this.run(RENAME, accountId, from, to, JSON.stringify(dropped)))) throw overtaken();
  }

  /** Reservations whose time is over, the oldest first. */
  due(accountId: number, at: EpochMs, limit: number): Promise<readonly string[]> {
    return reached(this.redis.zrangebyscore(key(accountId, 'due'), '-inf', at, 'LIMIT', 0, limit));
  }

  async postpone(accountId: number, reservationId: string, expiresAt: EpochMs): Promise<void> {
    await reached(this.redis.zadd(key(accountId, 'due'), 'XX', expiresAt, reservationId));
  }

  /**
   * Counts that hold something else than their reservations add up to, at one moment: the first of them, and how many there are.
   * Undefined: too many reservations are under way to add them up.
   */
  async heldDifferences(
    accountId: number,
  ): Promise<{ readonly listed: readonly HeldDifference[]; readonly many: number } | undefined> {
    const reply = await this.run<HeldReply>(HELD, accountId);
    if (!reply) return undefined;
    const [many, differ] = reply;
    const listed = differ.flatMap(([field, billions, rest, ...sum]) => {
      const held = billions === null || rest === null ? null : joinAmount([billions, rest]);
      const name = countOf(accountId, field);
      return name ? [{ name, held, sum: joinAmount(sum) }] : [];
    });
    return { listed, many };
  }

  /** Those of the reservations that it does not have. */
  absent(accountId: number, reservationIds: readonly string[]): Promise<readonly string[]> {
    return this.run(ABSENT, accountId, JSON.stringify(reservationIds));
  }

  /** The usage of all counts, some at a time; one may come twice while others are added. */
  async *usages(accountId: number): AsyncGenerator<KnownUsage[]> {
    let cursor = '0';
    do {
      const [next, elements] = await reached(this.redis.hscan(key(accountId, 'used'), cursor, 'COUNT', SCANNED));
      cursor = next;
      yield elements.flatMap((field, i) => {
        const name = i % 2 === 0 ? countOf(accountId, field) : undefined;
        return name ? [toUsage(name, elements[i + 1] ?? '')] : [];
      });
    } while (cursor !== '0');
  }

  /** The usage of counts in their order; undefined: it has none of it. */
  async usageOf(accountId: number, names: readonly CountName[]): Promise<readonly (KnownUsage | undefined)[]> {
    const texts = await reached(this.redis.hmget(key(accountId, 'used'), ...names.map(fieldOf)));
    return names.map((name, i) => {
      const text = texts[i] ?? null;
      return text === null ? undefined : toUsage(name, text);
    });
  }

  private async run<T>({ sha, source }: Script, accountId: number, ...values: string[]): Promise<T> {
    const args = [...KEYS.map((name) => key(accountId, name)), ...values];
    const reply = this.redis.evalsha(sha, KEYS.length, ...args).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('NOSCRIPT')) {
        return this.redis.eval(source, KEYS.length, ...args);
      }
      throw error;
    });
    return (await reached(reply)) as T;
  }
}

const KEYS = ['stamp', 'held', 'used', 'entries', 'due', 'building'] as const;

type DecideReply =
  | readonly ['lost']
  | readonly ['cold', readonly number[]]
  | readonly ['decided', string, readonly (readonly number[])[]];

type HeldReply =
  | readonly [
      many: number,
      differ: readonly (readonly [
        field: string,
        billions: number | null,
        rest: number | null,
        sumBillions: number,
        sumRest: number,
      ])[],
    ]
  | null;

const SCANNED = 1_000;
const USAGE = /^(-?\d+) (-?\d+) (\d+)$/;

const ADMITTED = 1;
const KNOWN = 2;

function toVerdict([code, ...numbers]: readonly number[]): OrderVerdict {
  if (code === KNOWN) return { outcome: 'known', place: numbers[0] ?? 0 };
  const before = Array.from({ length: numbers.length / 2 }, (_, i) =>
    joinAmount([numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]),
  );
  return { outcome: code === ADMITTED ? 'admitted' : 'refused', before };
}

function toUsage(name: CountName, text: string): KnownUsage {
  const [revision, billions, rest] = (USAGE.exec(text) ?? []).slice(1).map(Number);
  if (revision === undefined || billions === undefined || rest === undefined)
    return { name, revision: null, usage: 0n };
  return { name, revision, usage: joinAmount([billions, rest]) };
}

function key(accountId: number, name: (typeof KEYS)[number]): string {
  return `{quota:${accountId}}:${name}`;
}

function overtaken(): CountsUnavailableError {
  return new CountsUnavailableError('the counts are being made anew by another process');
}

async function reached<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    // A script that fails is a fault of ours; all else is a server that is gone, loading, full or somebody's replica.
    if (error instanceof Error && error.message.startsWith('ERR ')) throw error;
    throw new CountsUnavailableError('Redis is out of reach', { cause: error });
  }
}
