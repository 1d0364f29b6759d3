import type { ModelMatch, PriceVersion } from './price.js';
import { createPriceBook } from './price-book.js';

const HOUR = 3_600_000;
let ids = 0;
function price(overrides: Partial<PriceVersion>): PriceVersion {
  ids += 1;
  return {
    priceVersionId: String(ids),
    kind: 'list',
    provider: 'openai',
    model: 'gpt-4o',
    modelMatch: null,
    serviceTier: 'standard',
    region: '',
    validFrom: 0,
    validTo: null,
    daily: null,
    version: 1,
    currency: 'USD',
    rates: [],
    source: 'test',
    ...overrides,
  };
}
const provider = (name: string, match: ModelMatch | null = null, fallbackProviders: readonly string[] = []) => ({
  provider: name,
  match,
  fallbackProviders,
});
const query = { provider: 'openai', model: 'gpt-4o', serviceTier: 'standard', region: null, at: 100 * HOUR };

describe('finding a model', () => {
  const gpt = price({ modelMatch: { or: [{ equals: 'gpt-4o' }, { regex: '^gpt-4o-\\d{4}-\\d{2}-\\d{2}$' }] } });
  const mini = price({ model: 'gpt-4o-mini', modelMatch: { starts_with: 'gpt-4o-mini' } });
  const claude = price({
    provider: 'anthropic',
    model: 'claude-opus',
    modelMatch: { and: [{ contains: 'Claude' }, { ends_with: 'opus' }] },
  });
  const providers = [
    provider('openai', { contains: 'openai' }),
    provider('anthropic'),
    provider('azure', null, ['openai', 'anthropic']),
  ];
  const book = createPriceBook([gpt, mini, claude], providers);
  const find = (at: string, model: string) => book.find({ ...query, provider: at, model }).list;

  it.each([
    ['its id', 'openai', 'gpt-4o', gpt],
    ['its id in other letters', ' OpenAI ', 'GPT-4o', gpt],
    ['an expression', 'openai', 'gpt-4o-2024-08-06', gpt],
    ['a date without dashes', 'openai', 'gpt-4o-20240806', gpt],
    ['no date at all', 'openai', 'gpt-4o-20240231', undefined],
    ['how it starts', 'openai', 'gpt-4o-mini-2024-07-18', mini],
    ['two clauses at once', 'anthropic', 'my-claude-3-opus', claude],
    ['one of two clauses', 'anthropic', 'claude-3-sonnet', undefined],
    ['another name of the provider', 'my-openai-proxy', 'gpt-4o', gpt],
    ['what the provider resells', 'azure', 'gpt-4o-mini', mini],
    ['what the provider resells as the second', 'azure', 'claude-opus', claude],
    ['nothing at another provider', 'anthropic', 'gpt-4o', undefined],
    ['nothing at an unknown provider', 'acme', 'gpt-4o', undefined],
  ])('by %s', (_, at, model, expected) => {
    expect(find(at, model)).toBe(expected);
    expect(find(at, model)).toBe(expected);
  });

  it('prefers the very id to a clause that comes first', () => {
    const wide = price({ model: 'a', modelMatch: { contains: 'gpt' } });
    const exact = price({ model: 'gpt-x', modelMatch: { equals: 'never' } });
    expect(createPriceBook([wide, exact], []).find({ ...query, model: 'gpt-x' }).list).toBe(exact);
    expect(createPriceBook([wide, exact], []).find({ ...query, model: 'gpt-y' }).list).toBe(wide);
  });
});

describe('finding the price in force', () => {
  it('is half open in time', () => {
    const before = price({ validTo: 50 * HOUR });
    const after = price({ validFrom: 50 * HOUR });
    const book = createPriceBook([after, before], []);
    expect(book.find({ ...query, at: 50 * HOUR - 1 }).list).toBe(before);
    expect(book.find({ ...query, at: 50 * HOUR }).list).toBe(after);
    expect(createPriceBook([before], []).find({ ...query, at: 50 * HOUR }).list).toBeUndefined();
  });

  it('takes the latest start, and goes back to the earlier one when that has ended', () => {
    const standing = price({});
    const offer = price({ validFrom: 10 * HOUR, validTo: 20 * HOUR });
    const book = createPriceBook([offer, standing], []);
    expect([5, 10, 19, 20].map((hour) => book.find({ ...query, at: hour * HOUR }).list)).toEqual([
      standing,
      offer,
      offer,
      standing,
    ]);
  });

  it('takes a time of the day before all day, also past midnight', () => {
    const standing = price({ validFrom: 1 });
    const night = price({ daily: { from: 22 * HOUR, to: 6 * HOUR } });
    const book = createPriceBook([standing, night], []);
    const hours = [21, 22, 23, 24, 29, 30, 31].map((hour) => book.find({ ...query, at: hour * HOUR }).list === night);
    expect(hours).toEqual([false, true, true, true, true, false, false]);
  });

  it('takes the price of the region, else that of any', () => {
    const any = price({});
    const eu = price({ region: 'eu', validTo: 200 * HOUR });
    const book = createPriceBook([any, eu], []);
    expect(book.find({ ...query, region: 'eu' }).list).toBe(eu);
    expect(book.find({ ...query, region: 'us' }).list).toBe(any);
    expect(book.find(query).list).toBe(any);
    expect(book.find({ ...query, region: 'eu', at: 200 * HOUR }).list).toBe(any);
  });

  it('never takes another tier, but knows that default is the name of standard', () => {
    const book = createPriceBook([price({}), price({ serviceTier: 'batch' })], []);
    expect(book.find({ ...query, serviceTier: 'flex' }).list).toBeUndefined();
    expect(book.find({ ...query, serviceTier: 'batch' }).list?.serviceTier).toBe('batch');
    expect(book.find({ ...query, serviceTier: 'Batch' }).list?.serviceTier).toBe('batch');
    expect(book.find({ ...query, serviceTier: 'default' }).list?.serviceTier).toBe('standard');
    expect(book.find({ ...query, serviceTier: 'Default' }).list?.serviceTier).toBe('standard');
  });
});

describe('contract prices', () => {
  const list = price({ modelMatch: { starts_with: 'gpt-4o' } });
  const byId = price({ kind: 'contract' });
  const byName = price({ kind: 'contract', model: 'gpt-4o-2024-08-06', validTo: 50 * HOUR });
  const book = createPriceBook([list, byId, byName], [provider('openai', { contains: 'openai' })]);

  it('go by the very name, else by the id of the listed model', () => {
    expect(book.find({ ...query, model: 'gpt-4o-2024-08-06', at: 0 })).toEqual({ list, contract: byName });
    expect(book.find({ ...query, model: 'gpt-4o-2024-08-06', at: 50 * HOUR }).contract).toBe(byId);
    expect(book.find({ ...query, model: 'gpt-4o-2024-11-20' }).contract).toBe(byId);
    expect(book.find({ ...query, provider: 'openai-eu' }).contract).toBe(byId);
  });

  it('need no list price', () => {
    const own = price({ kind: 'contract', provider: 'acme', model: 'house-7b' });
    expect(createPriceBook([own], []).find({ ...query, provider: 'ACME', model: 'House-7B' })).toEqual({
      list: undefined,
      contract: own,
    });
  });
});
