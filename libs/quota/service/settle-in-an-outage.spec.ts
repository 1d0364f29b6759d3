import { QuotaIndex, type QuotaMeasure, type QuotaUsage } from '../domain/index.js';
import { Decide } from './decide.js';
import type { EstimateUsage } from './estimate-usage.js';
import { keptRequest } from './kept-request.js';
import type { Payers } from './payers.js';
import type { QuotaMetrics } from './quota-metrics.js';
import type { FinishOrder, QuotaStore } from './quota-store.js';
import { Reservations } from './reservations.js';

const USAGE: QuotaUsage = {
  ...{ requests: 1n, inputTokens: 40n, cachedTokens: 0n, outputTokens: 60n, billedCost: null, effectiveCost: null },
};

const reservation = {
  ...{ accountId: 1, reservationId: 'r', state: 'active', request: keptRequest({} as never, USAGE) },
  shares: [{ seriesId: '7' }],
};

const reservationsOf = (store: QuotaStore, decide: Decide, estimates: EstimateUsage) =>
  new Reservations(store, decide, estimates, {} as Payers, {} as QuotaMetrics, {
    newId: () => 'n',
    clock: { now: () => 0 },
  });

describe('ending a reservation in a store that does not answer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    ['settle', (of: Reservations) => of.settle({ accountId: 1, reservationId: 'r', used: undefined })],
    ['release', (of: Reservations) => of.release(1, 'r')],
  ] as const)('does not keep waiting who wants to %s it', async (_, end) => {
    const store = { find: () => Promise.resolve([reservation]), finish: () => new Promise(() => undefined) };
    const catalogs = { of: () => Promise.resolve({ revision: '1', index: new QuotaIndex([]) }) };
    const decide = new Decide(store as never, catalogs as never, {} as never, {} as never, { now: () => 0 });
    const ended = end(reservationsOf(store as never, decide, {} as never));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await ended).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', code: 'quota.counts_unavailable' },
    });
  });
});

describe('settling while nobody can say what anything costs', () => {
  async function settle(measure: QuotaMeasure, pricesKnown: boolean) {
    const finished: FinishOrder[] = [];
    const decide = {
      measuresOf: () => Promise.resolve(new Map([['7', measure]])),
      finish: (order: FinishOrder) => {
        finished.push(order);
        return Promise.resolve({ before: 'active', after: 'settled' });
      },
    } as unknown as Decide;
    const store = { find: () => Promise.resolve([reservation]) } as unknown as QuotaStore;
    const estimates = { run: () => Promise.resolve({ usage: USAGE, pricesKnown }) } as unknown as EstimateUsage;
    const reservations = reservationsOf(store, decide, estimates);
    const settled = await reservations.settle({ accountId: 1, reservationId: 'r', used: { outputTokens: 60n } });
    return { code: settled.ok ? undefined : settled.failure.code, amounts: finished.map(({ amounts }) => amounts) };
  }

  it('waits where a cost is counted, for 0 would stay', async () => {
    expect(await settle('billed_cost', false)).toEqual({ code: 'quota.counts_unavailable', amounts: [] });
  });

  it('goes on where none is, and where it is known that there is no price', async () => {
    expect(await settle('output_tokens', false)).toEqual({ code: undefined, amounts: [[60n]] });
    expect(await settle('billed_cost', true)).toEqual({ code: undefined, amounts: [[0n]] });
  });
});
