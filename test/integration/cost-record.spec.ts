import { CHARGE_PERIOD_MS, versionAt } from '#calendar';
import { type CostRecordWire, type ImportedCostRecords, type Page, type PoolWire, toCursor } from '#contract';
import { POOL_COST_READER, type PoolCostReader, spreadCost } from '#cost-record';
import { formatPicos } from '#money';
import { startTestApp, type TestApp } from '../support/app.js';

const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;
interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

const HEADER = 'pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from,to';
const CSV = { 'content-type': 'text/csv; charset=utf-8' };
const weighted = (weights: Record<string, unknown>) => ({ basis: 'weighted_tokens', weights });

const throughput = { basis: 'throughput', prefillTokensPerSecond: 1, decodeTokensPerSecond: 1 };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const createPool = (body: unknown) => app.request('POST', '/v1/pools', body);
const importCsv = (...lines: string[]) => app.request('POST', '/v1/cost-records', lines.join('\r\n'), CSV);
const reader = () => app.app.get<PoolCostReader>(POOL_COST_READER, { strict: false });

describe('pools', () => {
  it('keep their policies by date', async () => {
    const made = await createPool({
      pool: 'h100-east',
      attribution: weighted({ inputUncached: 1, cacheRead: '0.1', output: '2' }),
      idle: 'separate',
    });
    expect(made.status).toBe(201);
    expect((await json<PoolWire>(made)).policies).toMatchObject([
      {
        version: 1,
        validFrom: '1970-01-01T00:00:00Z',
        attribution: {
          basis: 'weighted_tokens',
          weights: {
            inputUncached: '1',
            cacheRead: '0.1',
            cacheWrite5m: '1',
            cacheWrite1h: '1',
            output: '2',
            reasoning: '2',
          },
        },
        idle: 'separate',
      },
    ]);
    const profiled = {
      attribution: { basis: 'throughput', prefillTokensPerSecond: '73700', decodeTokensPerSecond: 14800.5 },
      idle: 'proportional',
      validFrom: '2023-11-16T18:15:00Z',
    };
    expect((await app.request('POST', '/v1/pools/h100-east/policies', profiled)).status).toBe(201);
    const pool = await json<PoolWire>(await app.request('POST', '/v1/pools/h100-east/policies', profiled));
    expect(pool.policies).toHaveLength(2);
    const [inputs] = await reader().load(1, Date.UTC(2023, 10, 1), Date.UTC(2023, 11, 1));
    const edge = Date.UTC(2023, 10, 16, 18, 15);
    expect(versionAt(inputs?.policies ?? [], edge - 1)?.attribution.basis).toBe('weighted_tokens');
    expect(versionAt(inputs?.policies ?? [], edge)).toMatchObject({
      version: 2,
      idle: 'proportional',
      attribution: {
        basis: 'throughput',
        prefillTokensPerSecond: 73_700_000_000n,
        decodeTokensPerSecond: 14_800_500_000n,
        inputWeights: { inputUncached: 1_000_000n, cacheRead: 1_000_000n, output: 0n },
      },
    });
  });

  it('hold a later policy from the next quarter of an hour unless told otherwise', async () => {
    app.clock.set(Date.UTC(2026, 10, 1, 12, 1));
    await createPool({ pool: 'later', attribution: { basis: 'requests' }, idle: 'separate' });
    const body = { attribution: { basis: 'inference_time' }, idle: 'separate' };
    const pool = await json<PoolWire>(await app.request('POST', '/v1/pools/later/policies', body));
    expect(pool.policies[1]?.validFrom).toBe('2026-11-01T12:15:00Z');
  });

  it.each([
    ['no weight above zero', { attribution: weighted({ output: 0 }) }, '/attribution/weights'],
    ['a negative weight', { attribution: weighted({ output: '-1' }) }, '/attribution/weights/output'],
    ['a weight too fine', { attribution: weighted({ output: '0.0000001' }) }, '/attribution/weights/output'],
    ['an unknown class', { attribution: weighted({ input: '1', output: '1' }) }, '/attribution/weights'],
    ['no weights', { attribution: { basis: 'weighted_tokens' } }, '/attribution/weights'],
    [
      'a throughput of zero',
      { attribution: { basis: 'throughput', prefillTokensPerSecond: 0, decodeTokensPerSecond: 1 } },
      '/attribution/prefillTokensPerSecond',
    ],
    [
      'an input weight of output',
      { attribution: { ...throughput, inputWeights: { inputUncached: 1, output: 1 } } },
      '/attribution/inputWeights',
    ],
    [
      'input weights of zero alone',
      { attribution: { ...throughput, inputWeights: { inputUncached: 0, cacheRead: '0' } } },
      '/attribution/inputWeights',
    ],
    [
      'shares short of 100',
      { attribution: { basis: 'fixed', shares: { a: '60', b: '39.999999' } } },
      '/attribution/shares',
    ],
    ['shares over 100', { attribution: { basis: 'fixed', shares: { a: 60, b: 60 } } }, '/attribution/shares'],
    ['a share of zero', { attribution: { basis: 'fixed', shares: { a: 100, b: 0 } } }, '/attribution/shares/b'],
    ['no shares', { attribution: { basis: 'fixed', shares: {} } }, '/attribution/shares'],
    ['an unknown basis', { attribution: { basis: 'fair' } }, '/attribution/basis'],
    ['idle shares short of 100', { idle: { policy: 'fixed', shares: { a: 99 } } }, '/idle/shares'],
    ['reserved shares over 100', { idle: { policy: 'reserved', shares: { a: 60, b: 41 } } }, '/idle/shares'],
    ['an unknown idle policy', { idle: 'hidden' }, '/idle'],
    ['a weight for a basis that has none', { attribution: { basis: 'requests', weights: {} } }, '/attribution'],
    ['a local time', { validFrom: '2023-11-16T18:15:00' }, '/validFrom'],
  ])('refuse %s and name the field', async (_, fault, pointer) => {
    const response = await createPool({ pool: 'bad', attribution: { basis: 'requests' }, idle: 'separate', ...fault });
    expect(response.status).toBe(400);
    const { errors } = await json<Problem>(response);
    expect(errors.map((error) => error.pointer)).toEqual([pointer]);
    expect((await app.request('GET', '/v1/pools/bad')).status).toBe(404);
  });

  it('refuse a start off the edge, a second of the same name and a policy of none', async () => {
    const terms = { attribution: { basis: 'requests' }, idle: 'separate' };
    const off = await createPool({ pool: 'off', ...terms, validFrom: '2023-11-16T18:20:00Z' });
    expect(await off.json()).toMatchObject({ code: 'cost_record.not_on_period_edge' });
    const twice = await Promise.all([createPool({ pool: 'twice', ...terms }), createPool({ pool: 'twice', ...terms })]);
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await app.request('POST', '/v1/pools/none/policies', terms)).status).toBe(404);
    const { data } = await json<Page<PoolWire>>(await app.request('GET', '/v1/pools'));
    expect(data.map(({ pool }) => pool)).toEqual(['h100-east', 'later', 'twice']);
  });
});

describe('cost records', () => {
  it('are imported from CSV, corrected by new versions, and a second import changes nothing', async () => {
    const hour = 'h100-east,aws,us-east-1,p5.48xlarge,On-Demand,55.04,usd,1,2023-11-16T18:15:00Z,2023-11-16T19:15:00Z';
    const spot = 'h100-east,aws,us-east-1,p5.48xlarge,spot,19.264,USD,1.5,2023-11-16T18:15:00Z,';
    const first = await importCsv(`\ufeff${HEADER}`, hour, spot, '');
    expect(first.status).toBe(200);
    expect(await json<ImportedCostRecords>(first)).toEqual({ created: 2, corrected: 0, unchanged: 0, warnings: [] });
    expect(await json(await importCsv(HEADER, spot, hour))).toEqual({
      created: 0,
      corrected: 0,
      unchanged: 2,
      warnings: [],
    });
    const stopped = `${spot}2023-11-16T18:20:00Z`;
    expect(await json(await importCsv(HEADER, hour, stopped))).toEqual({
      created: 0,
      corrected: 1,
      unchanged: 1,
      warnings: [],
    });

    const { data } = await json<Page<CostRecordWire>>(await app.request('GET', '/v1/cost-records?pool=h100-east'));
    expect(data).toHaveLength(2);
    const [, corrected] = [...data].sort((a, b) => a.version - b.version);
    expect(corrected).toMatchObject({
      pricingModel: 'spot',
      version: 2,
      hourlyRate: '19.264',
      listHourlyRate: null,
      currency: 'USD',
      count: '1.5',
      to: '2023-11-16T18:20:00Z',
    });
    const versions = await json<{ data: CostRecordWire[] }>(
      await app.request('GET', `/v1/cost-records/${corrected?.costRecordId}`),
    );
    expect(versions.data.map(({ version, to }) => [version, to])).toEqual([
      [1, null],
      [2, '2023-11-16T18:20:00Z'],
    ]);
  });

  it('are what the reader gives to whoever splits them', async () => {
    const start = Date.UTC(2023, 10, 16, 18, 15);
    const [pool] = await reader().load(1, start, start + CHARGE_PERIOD_MS);
    const [period] = spreadCost(pool?.costRecords ?? [], start, start + CHARGE_PERIOD_MS);
    // 55.04 / 4 + 19.264 x 1.5 x 5 / 60
    expect(formatPicos(period?.effective ?? 0n)).toBe('16.168');
    expect(period?.list).toBeNull();
    const [after] = await reader().load(1, start + 2 * CHARGE_PERIOD_MS, start + 3 * CHARGE_PERIOD_MS);
    expect(after?.costRecords.map(({ pricingModel }) => pricingModel)).toEqual(['on_demand']);
    expect(after?.costRecords[0]?.listHourlyRate).toBe(55_040_000_000_000n);
  });

  it('are imported from JSON, withdrawn by a count of zero', async () => {
    const record = {
      pool: 'later',
      provider: 'gcp',
      region: 'us-central1',
      instanceType: 'a3-highgpu-8g',
      pricingModel: 'committed',
      hourlyRate: '40.123456789012',
      listHourlyRate: '88.25',
      currency: 'USD',
      count: 2,
      from: '2026-01-01T00:00:00Z',
    };
    expect(await json(await app.request('POST', '/v1/cost-records', [record]))).toEqual({
      created: 1,
      corrected: 0,
      unchanged: 0,
      warnings: [],
    });
    const withdrawn = [{ ...record, count: '0' }];
    expect(await json(await app.request('POST', '/v1/cost-records', withdrawn))).toEqual({
      created: 0,
      corrected: 1,
      unchanged: 0,
      warnings: [],
    });
    const start = Date.UTC(2026, 0, 1);
    const pools = await reader().load(1, start, start + CHARGE_PERIOD_MS);
    const later = pools.find(({ pool }) => pool === 'later');
    expect(spreadCost(later?.costRecords ?? [], start, start + CHARGE_PERIOD_MS)).toEqual([]);
    const bad = await app.request('POST', '/v1/cost-records', [{ ...record, hourlyRate: { a: 1 }, colour: 'red' }, 7]);
    expect((await json<Problem>(bad)).errors.map(({ pointer }) => pointer)).toEqual([
      '/0/hourlyRate',
      '/0/colour',
      '/1',
    ]);
  });

  it('without an end that another one follows are billed both, with a warning', async () => {
    const line = (from: string, to = '', count = 1) =>
      `h100-east,oracle,eu-west-2,h200,spot,1,USD,${count},${from},${to}`;
    const [january, february, march] = [1, 2, 3].map((month) => `2026-0${month}-01T00:00:00Z`);
    const imported = async (...lines: string[]) =>
      (await json<ImportedCostRecords>(await importCsv(HEADER, ...lines))).warnings;
    expect(await imported(line(january ?? ''))).toEqual([]);
    const warning = {
      pointer: '/0',
      code: 'cost_record.open_overlap',
      detail: expect.stringMatching(/^line 2: the record from 2026-01-01T00:00:00Z has no end .* from 2026-02-01/),
    };
    expect(await imported(line(february ?? ''))).toEqual([warning]);
    expect(await imported(line(january ?? ''))).toEqual([warning]);
    expect(await imported(line(january ?? '', february), line(february ?? '', march))).toEqual([]);
    expect(await imported(line(march ?? ''))).toEqual([]);
    expect(await imported(line(january ?? ''), line(february ?? '', march, 0))).toMatchObject([
      { pointer: '/0', detail: expect.stringContaining('the one from 2026-03-01') },
    ]);
    expect(await imported(line(january ?? '', february))).toEqual([]);
  });

  it('are taken all or none, and every fault is named by line and column', async () => {
    const good = 'later,aws,eu-west-1,g6e.xlarge,spot,1,USD,1,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z';
    const response = await importCsv(
      'to,pool,provider,region,instance_type,pricing_model,hourly_rate,currency,count,from',
      '2026-02-01T00:00:00Z,later,aws,eu-west-1,g6e.xlarge,spot,1,USD,1,2026-01-01T00:00:00Z',
      ',nowhere,aws,eu-west-1,g6e.xlarge,spot,1,USD,1,2026-01-01T00:00:00Z',
      ',later,aws,,g6e.xlarge,rented,$1,EUR,-1,2026-02-30T00:00:00Z',
      '2026-01-01T00:00:00Z,later,aws,eu-west-1,g6e.xlarge,spot,1e3,USD,0.0000001,2026-01-01T00:00:00Z',
      '2027-02-01T00:00:00Z,later,aws,eu-west-1,g6e.xlarge,spot,2,USD,1,2026-01-01T00:00:00Z',
    );
    expect(response.status).toBe(400);
    const problem = await json<Problem>(response);
    expect(problem.code).toBe('cost_record.import_refused');
    expect(problem.errors.map(({ detail }) => detail.split(':')[0])).toEqual([
      'line 4, region',
      'line 4, pricing_model',
      'line 4, hourly_rate',
      'line 4, currency',
      'line 4, count',
      'line 4, from',
      'line 5, hourly_rate',
      'line 5, count',
      'line 5, to',
      'line 6, from',
      'line 3, pool',
    ]);
    expect(problem.errors.at(-2)).toMatchObject({
      code: 'cost_record.repeated_record',
      detail: expect.stringContaining('line 2'),
    });
    expect(problem.errors.at(-1)).toMatchObject({ code: 'cost_record.unknown_pool', pointer: '/1/pool' });
    const { data } = await json<Page<CostRecordWire>>(await app.request('GET', '/v1/cost-records?pool=later'));
    expect(data.filter(({ provider }) => provider === 'aws')).toEqual([]);
    expect((await importCsv(HEADER, good)).status).toBe(200);
  });

  it('begin and end within the years 0001 to 9999', async () => {
    const line = (from: string, to: string) => `later,aws,eu-west-1,old,owned,1,USD,0,${from},${to}`;
    const [first, last] = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'];
    const taken = await importCsv(HEADER, line(first, last));
    expect([taken.status, await taken.text()]).toEqual([200, expect.anything()]);
    const { data } = await json<Page<CostRecordWire>>(await app.request('GET', '/v1/cost-records?pool=later'));
    expect(data).toContainEqual(expect.objectContaining({ instanceType: 'old', from: first, to: last }));
    for (const refused of [line('0000-01-01T00:00:00Z', last), line(first, '9999-12-31T23:59:59-15:00')])
      expect((await importCsv(HEADER, refused)).status).toBe(400);
    const terms = { attribution: { basis: 'requests' }, idle: 'separate' };
    const early = await createPool({ pool: 'early', ...terms, validFrom: '0000-01-01T00:00:00Z' });
    expect(early.status).toBe(400);
    expect((await app.request('GET', '/v1/prices?at=9999-12-31T23:59:59-15:00')).status).toBe(400);
  });

  it.each([
    ['an unknown column', `${HEADER},colour`, 'table.bad_header', 'colour'],
    ['a missing column', HEADER.replace('count,', ''), 'table.bad_header', 'count'],
    ['a repeated column', `${HEADER},pool`, 'table.bad_header', 'pool'],
    ['semicolons', HEADER.replaceAll(',', ';'), 'table.bad_header', 'commas'],
    ['no row', HEADER, 'table.no_rows', ''],
    ['nothing', '', 'table.no_rows', ''],
    ['an open quote', `${HEADER}\n"a`, 'table.bad_csv', ''],
    ['a short row', `${HEADER}\na,b`, 'table.bad_csv', 'Line 2'],
  ])('refuse a file with %s', async (_, text, code, detail) => {
    const response = await app.request('POST', '/v1/cost-records', new TextEncoder().encode(text), CSV);
    expect(response.status).toBe(400);
    const problem = await json<Problem>(response);
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(detail);
  });

  it('refuse bytes that are not UTF-8, and bodies that are no list', async () => {
    const latin1 = await app.request('POST', '/v1/cost-records', Buffer.from(`${HEADER}\nb\xfcro`, 'latin1'), CSV);
    expect(await latin1.json()).toMatchObject({ code: 'table.not_utf8' });
    expect(await (await app.request('POST', '/v1/cost-records', {})).json()).toMatchObject({ code: 'table.bad_json' });
    expect(await (await app.request('POST', '/v1/cost-records', [])).json()).toMatchObject({ code: 'table.no_rows' });
    const plain = await app.request('POST', '/v1/cost-records', HEADER, { 'content-type': 'text/plain' });
    expect(await plain.json()).toMatchObject({ code: 'table.bad_json' });
    expect((await app.request('POST', '/v1/cost-records', 'x', { 'content-type': 'text/html' })).status).toBe(415);
  });

  it('get one version each from imports at the same moment', async () => {
    const line = (rate: number) => `twice,aws,us-east-1,p5.48xlarge,spot,${rate},USD,1,2026-01-01T00:00:00Z,`;
    const answers = await Promise.all([1, 2, 3, 4, 5].map((rate) => importCsv(HEADER, line(rate))));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    const { data } = await json<Page<CostRecordWire>>(await app.request('GET', '/v1/cost-records?pool=twice'));
    expect(data).toMatchObject([{ version: 5 }]);
  });

  it('are listed page by page, in order', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/v1/cost-records?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: Page<CostRecordWire> = await json<Page<CostRecordWire>>(await app.request('GET', path));
      seen.push(...page.data.map(({ pool, from }) => `${pool} ${from}`));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(9);
    expect(seen).toEqual([...seen].sort());
    expect((await app.request('GET', '/v1/cost-records/0192-none')).status).toBe(400);
    const uuid = '01920000-0000-7000-8000-000000000000';
    for (const key of [
      ['a\0', '0', uuid],
      ['a\ud800', '0', uuid],
      ['a', '999999999999999', uuid],
      ['a', '-99999999999999', uuid],
      ['a', '', uuid],
      ['a', '0', 'none'],
    ]) {
      const path = `/v1/cost-records?cursor=${toCursor(key)}`;
      expect([key, (await app.request('GET', path)).status]).toEqual([key, 400]);
    }
    for (const path of ['/v1/pools', '/v1/teams', '/v1/keys', '/v1/quarantine'])
      expect((await app.request('GET', `${path}?cursor=${toCursor(['\0'])}`)).status).toBe(400);
    expect((await app.request('GET', `/v1/quarantine?cursor=${toCursor(['x'])}`)).status).toBe(400);
    expect((await app.request('GET', '/v1/cost-records/01920000-0000-7000-8000-000000000000')).status).toBe(404);
  });
});
