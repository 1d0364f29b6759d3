import type { ImportCounts, Page, PriceWire } from '#contract';
import {
  CONTEXT_BREAKPOINT_READER,
  type ContextBreakpointReader,
  PRICE_BOOK_READER,
  type PriceBookReader,
} from '#pricing';
import { GenaiPrices } from '../../libs/pricing/adapter/genai-prices.js';
import { SqlPriceBookReader } from '../../libs/pricing/adapter/sql-price-book-reader.js';
import { SqlPriceStore } from '../../libs/pricing/adapter/sql-price-store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;
interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

const CSV = { 'content-type': 'text/csv' };
const HEADER = 'provider,model,service_tier,region,token_class,price_per_1m,currency,context_from,from,to';
const NOVEMBER = Date.UTC(2026, 10, 1);
const DECEMBER = Date.UTC(2026, 11, 1);

describe('the price book', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const importCsv = (...lines: string[]) => app.request('POST', '/v1/prices', [HEADER, ...lines].join('\n'), CSV);
  const load = () => app.app.get<PriceBookReader>(PRICE_BOOK_READER, { strict: false }).load(1, NOVEMBER, DECEMBER);
  const query = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', region: null, at: NOVEMBER };

  it('is there from the first start, with a unit beside every price', async () => {
    const { data } = await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?provider=openai&model=GPT-4o'));
    expect(data).toMatchObject([
      {
        kind: 'list',
        provider: 'openai',
        model: 'gpt-4o',
        serviceTier: 'standard',
        version: 1,
        state: 'current',
        currency: 'USD',
        source: 'genai-prices',
        rates: [
          {
            contextFrom: 0,
            pricePer1M: { inputUncached: '2.5', cacheRead: '1.25', output: '10' },
            pricePerRequest: '0',
          },
        ],
      },
    ]);
  });

  it('knows the sizes of requests at which prices change', async () => {
    const reader = app.app.get<ContextBreakpointReader>(CONTEXT_BREAKPOINT_READER, { strict: false });
    expect(await reader.load(1)).toEqual([128_001n, 200_000n, 200_001n, 272_000n, 272_001n, 512_001n]);
  });

  it('lets a contract price win from its start on, and keeps the list price beside it', async () => {
    const from = '2026-11-15T00:00:00Z';
    const rows = [
      `OpenAI,gpt-4o,,,input_uncached,2,USD,,${from},`,
      `OpenAI,gpt-4o,,,output,8.000001,USD,,${from},`,
      `OpenAI,gpt-4o,,,output,7,USD,200001,${from},`,
      `openai,gpt-4o,batch,eu,output,4,USD,,${from},2026-12-15T00:00:00Z`,
    ];
    expect(await json<ImportCounts>(await importCsv(...rows))).toEqual({ created: 2, corrected: 0, unchanged: 0 });
    expect(await json(await importCsv(...[...rows].reverse()))).toEqual({ created: 0, corrected: 0, unchanged: 2 });
    const book = await load();
    expect(book.find(query).contract).toBeUndefined();
    const later = { ...query, at: Date.UTC(2026, 10, 15), model: 'gpt-4o-2024-08-06' };
    const { list, contract } = book.find(later);
    expect(list?.rates[0]?.picosPerToken.output).toBe(10_000_000n);
    expect(contract?.rates).toEqual([
      { contextFrom: 0n, picosPerToken: { inputUncached: 2_000_000n, output: 8_000_001n }, picosPerRequest: null },
      {
        contextFrom: 200_001n,
        picosPerToken: { inputUncached: 2_000_000n, output: 7_000_000n },
        picosPerRequest: null,
      },
    ]);
    expect(book.find({ ...later, serviceTier: 'default' }).contract).toBe(contract);
    expect(book.find({ ...later, serviceTier: 'batch', region: 'us' })).toEqual({
      list: undefined,
      contract: undefined,
    });
    expect(book.find({ ...later, serviceTier: 'batch', region: 'eu' }).contract?.rates[0]?.picosPerToken.output).toBe(
      4_000_000n,
    );

    const corrected = [`openai,gpt-4o,,,input_uncached,1.5,USD,,${from},`, `openai,gpt-4o,,,output,8,USD,,${from},`];
    expect(await json(await importCsv(...corrected))).toEqual({ created: 0, corrected: 1, unchanged: 0 });
    const path = '/v1/prices?provider=openai&model=gpt-4o&kind=contract';
    const { data } = await json<Page<PriceWire>>(await app.request('GET', path));
    expect(data.map(({ serviceTier, version, state }) => `${serviceTier} ${version} ${state}`)).toEqual([
      'standard 1 superseded',
      'batch 1 current',
      'standard 2 current',
    ]);
    const inForce = await json<Page<PriceWire>>(await app.request('GET', `${path}&at=2026-12-15T00:00:00Z`));
    expect(inForce.data.map(({ serviceTier, version }) => [serviceTier, version])).toEqual([['standard', 2]]);
  });

  it('takes names that differ in the case of letters for one', async () => {
    const line = (model: string, tier: string, price: number) =>
      `acme,${model},${tier},,output,${price},USD,,2026-01-01T00:00:00Z,`;
    const both = await importCsv(line('House-7B', 'Batch', 1), line('house-7b', 'batch', 2));
    expect((await json<Problem>(both)).errors).toMatchObject([{ code: 'pricing.repeated_rate' }]);
    expect(await json(await importCsv(line('House-7B', 'Batch', 1)))).toMatchObject({ created: 1 });
    expect(await json(await importCsv(line('HOUSE-7b', 'BATCH', 2)))).toMatchObject({ created: 0, corrected: 1 });
    const found = (await load()).find({ ...query, provider: 'Acme', model: 'House-7b', serviceTier: 'batch' });
    expect(found.contract?.rates[0]?.picosPerToken.output).toBe(2_000_000n);
  });

  it('lets a contract price be withdrawn, once, and told again', async () => {
    const row = 'acme,mistaken,,,output,1,USD,,2016-01-01T00:00:00Z,';
    await importCsv(row);
    const list = async () =>
      (await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?provider=acme&model=mistaken'))).data;
    const [told] = await list();
    const withdraw = (id: string | undefined) => app.request('POST', `/v1/prices/${id}/withdrawal`);
    const answer = await withdraw(told?.priceVersionId);
    expect([answer.status, await answer.json()]).toMatchObject([200, { version: 2, state: 'withdrawn' }]);
    expect((await list()).map(({ state }) => state)).toEqual(['superseded', 'withdrawn']);
    const find = async () => (await load()).find({ ...query, provider: 'acme', model: 'mistaken' }).contract;
    expect(await find()).toBeUndefined();
    const again = await withdraw(told?.priceVersionId);
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'pricing.price_superseded' }]);
    const twice = await withdraw((await list())[1]?.priceVersionId);
    expect([twice.status, await twice.json()]).toMatchObject([409, { code: 'pricing.price_withdrawn' }]);
    const [listed] = (await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?kind=list&limit=1'))).data;
    const publicOne = await withdraw(listed?.priceVersionId);
    expect([publicOne.status, await publicOne.json()]).toMatchObject([409, { code: 'pricing.not_a_contract_price' }]);
    expect((await withdraw('999999999999')).status).toBe(404);
    expect((await withdraw('x')).status).toBe(400);
    await importCsv(row);
    expect((await find())?.version).toBe(3);
  });

  it('takes prices as JSON', async () => {
    const price = {
      provider: 'in-house',
      model: 'llama',
      tokenClass: 'output',
      pricePer1m: '0.1',
      currency: 'usd',
      from: '2026-01-01T00:00:00Z',
    };
    expect(await json(await app.request('POST', '/v1/prices', [price]))).toEqual({
      created: 1,
      corrected: 0,
      unchanged: 0,
    });
    const found = (await load()).find({ ...query, provider: 'In-House', model: 'LLaMA' });
    expect(found).toMatchObject({ list: undefined, contract: { provider: 'in-house', model: 'llama' } });
  });

  it('refuses a table with a fault as a whole and names each by line and column', async () => {
    const response = await importCsv(
      'openai,bad,,,output,1,USD,,2026-01-01T00:00:00Z,',
      'openai,bad,,,outputs,1,USD,,2026-01-01T00:00:00Z,',
      'openai,bad,,,output,0.0000001,EURO,,2026-01-01T00:10:00Z,',
      'openai,bad,,,reasoning,-1,USD,1000,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z',
      'openai,bad,,,output,2,USD,,2026-01-01T00:00:00Z,',
      'openai,bad,,,cache_read,2,USD,,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z',
      'openai,big,,,output,2,USD,200001,2026-01-01T00:00:00Z,',
    );
    expect(response.status).toBe(400);
    const { code, errors } = await json<Problem>(response);
    expect(code).toBe('pricing.import_refused');
    expect(errors.map((error) => `${error.detail.split(':')[0]}: ${error.code}`)).toEqual([
      'line 3, token_class: pricing.unknown_token_class',
      'line 4, price_per_1m: pricing.bad_decimal',
      'line 4, currency: pricing.unknown_currency',
      'line 4, from: pricing.not_on_period_edge',
      'line 5, price_per_1m: pricing.bad_decimal',
      'line 5, context_from: pricing.unknown_context_threshold',
      'line 5, to: pricing.bad_interval',
      'line 6, token_class: pricing.repeated_rate',
      'line 7, to: pricing.conflicting_end',
      'line 8, context_from: pricing.no_base_rate',
    ]);
    expect(errors.find((error) => error.code.endsWith('threshold'))?.detail).toContain('128001, 200000, 200001');
    const { data } = await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?provider=openai&model=bad'));
    expect(data).toEqual([]);
  });

  it('takes prices that follow the volume, tells them again, and each of their faults', async () => {
    const header =
      'provider,model,token_class,pricing_model,volume_from,price_per_1m,package_tokens,price_per_package,context_from,currency,from';
    const table = (...lines: string[]) => {
      const rows = lines.map((line) => `acme,by-volume,${line},USD,2026-01-01T00:00:00Z`);
      return app.request('POST', '/v1/prices', [header, ...rows].join('\n'), CSV);
    };
    const sound = [
      'output,graduated,1000000,8,,,',
      'output,graduated,0,10,,,',
      'cache_read,volume,0,1,,,',
      'reasoning,package,,,1000000,2.5,',
      'inputUncached,,,2,,,',
    ];
    expect(await json(await table(...sound))).toEqual({ created: 1, corrected: 0, unchanged: 0 });
    expect(await json(await table(...[...sound].reverse()))).toEqual({ created: 0, corrected: 0, unchanged: 1 });
    const { data } = await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?model=by-volume'));
    expect(data[0]).toMatchObject({
      rates: [{ contextFrom: 0, pricePer1M: { inputUncached: '2' }, pricePerRequest: null }],
      volumePrices: {
        output: {
          model: 'graduated',
          tiers: [
            { volumeFrom: '0', pricePer1M: '10' },
            { volumeFrom: '1000000', pricePer1M: '8' },
          ],
        },
        cacheRead: { model: 'volume', tiers: [{ volumeFrom: '0', pricePer1M: '1' }] },
        reasoning: { model: 'package', packageTokens: '1000000', pricePerPackage: '2.5' },
      },
    });
    const other = sound.map((line) => line.replace('0,10', '0,11'));
    expect(await json(await table(...other))).toEqual({ created: 0, corrected: 1, unchanged: 0 });

    const refused = await table(
      'output,graduated,5,8,,,',
      'output,volume,0,8,,,',
      'reasoning,package,,,0,1,',
      'cache_read,package,,1,10,1,',
      'cache_write_5m,graduated,0,1,,,200001',
      'cache_write_1h,graduated,,1,,,',
      'inputUncached,stairs,,1,,,',
      'inputUncached,flat,7,1,,,',
    );
    const { errors } = await json<Problem>(refused);
    expect(errors.map((error) => `${error.detail.split(':')[0]}: ${error.code}`)).toEqual([
      'line 4, package_tokens: pricing.empty_package',
      'line 5, price_per_1m: pricing.column_of_another_model',
      'line 6, context_from: pricing.column_of_another_model',
      'line 7, volume_from: pricing.missing_value',
      'line 8, pricing_model: pricing.unknown_pricing_model',
      'line 9, volume_from: pricing.column_of_another_model',
      'line 3, pricing_model: pricing.mixed_pricing_models',
    ]);
    expect((await json<Problem>(await table('output,graduated,5,8,,,'))).errors).toMatchObject([
      { code: 'pricing.no_first_tier', pointer: '/0/volume_from' },
    ]);
  });

  it('is read page by page', async () => {
    const first = await json<Page<PriceWire>>(await app.request('GET', '/v1/prices?provider=anthropic&limit=10'));
    expect(first.data).toHaveLength(10);
    const second = await app.request(
      'GET',
      `/v1/prices?provider=anthropic&limit=1000&cursor=${first.nextCursor ?? ''}`,
    );
    const { data, nextCursor } = await json<Page<PriceWire>>(second);
    expect(nextCursor).toBeNull();
    const ids = [...first.data, ...data].map(({ priceVersionId }) => priceVersionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await app.request('GET', '/v1/prices?cursor=WyJ4Il0')).status).toBe(400);
  });
});

describe('seeding', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('happens once, whoever starts at the same time, and a changed table becomes new versions', async () => {
    const store = new SqlPriceStore(database.dataSource);
    const list = await new GenaiPrices().load();
    const seed = (prices = list.prices, digest = list.digest) =>
      store.seed({ accountId: 1, list: { ...list, prices, digest }, recordedAt: NOVEMBER });
    const results = await Promise.all([seed(), seed(), seed()]);
    expect(results.filter((result) => result !== undefined)).toEqual([
      { created: list.prices.length, corrected: 0, unchanged: 0 },
    ]);
    expect(await store.seededDigest(1, list.source)).toBe(list.digest);
    expect(await seed(list.prices, 'again')).toEqual({ created: 0, corrected: 0, unchanged: list.prices.length });

    // Of deepseek-chat the price of the night is gone, that of the day is dearer, and one model is no longer listed.
    const changed = list.prices
      .filter(({ model, daily }) => !(model === 'deepseek-chat' && daily) && model !== 'claude-2')
      .map((price) =>
        price.provider === 'deepseek' && price.model === 'deepseek-chat'
          ? { ...price, rates: price.rates.map((rate) => ({ ...rate, picosPerToken: { output: 7n } })) }
          : price,
      );
    expect(await seed(changed, 'changed')).toMatchObject({ created: 0, corrected: 2 });
    const book = await new SqlPriceBookReader(database.dataSource).load(1, NOVEMBER, DECEMBER);
    const query = { serviceTier: 'standard', region: null, at: NOVEMBER };
    const chat = book.find({ ...query, provider: 'deepseek', model: 'deepseek-chat', at: NOVEMBER + 3_600_000 });
    expect(chat.list).toMatchObject({ version: 2, daily: null, rates: [{ picosPerToken: { output: 7n } }] });
    expect(book.find({ ...query, provider: 'anthropic', model: 'claude-2' }).list?.version).toBe(1);
    expect(await seed()).toMatchObject({ created: 0, corrected: 2 });
    const again = await new SqlPriceBookReader(database.dataSource).load(1, NOVEMBER, DECEMBER);
    const night = again.find({ ...query, provider: 'deepseek', model: 'deepseek-chat', at: NOVEMBER + 3_600_000 });
    expect(night.list).toMatchObject({ version: 3, daily: { from: 1_800_000, to: 59_400_000 } });
  });
});
