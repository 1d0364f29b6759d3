import { startTestApp, type TestApp } from '../support/app.js';
import { ask } from '../support/billing.js';
import { sendAndWait, usageEvent } from '../support/usage-events.js';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly schema?: { readonly type?: string; readonly enum?: readonly string[] };
}

interface Operation {
  readonly parameters?: readonly Parameter[];
}

/** What stands where a parameter is not the one that is tried. */
const SAMPLES: Readonly<Record<string, string>> = {
  period: '2026-10',
  team: 'search',
  pool: 'p5',
  costCenter: 'cc-7',
  purchase: 'ri-7',
  lineId: '2026-10.0123456789',
};
const NUL = '%00';

describe('text that no column holds', () => {
  let app: TestApp;
  let requests: (readonly [method: string, path: string])[];
  beforeAll(async () => {
    app = await startTestApp();
    app.clock.set(Date.UTC(2026, 10, 2));
    const event = { pool: undefined, provider: 'openai', model: 'gpt-5-mini', occurredAt: '2026-10-01T10:05:00Z' };
    await sendAndWait(app, [usageEvent('a', { ...event, team: 'search' })]);
    // Closed months are read with SQL where open ones are computed.
    await ask(app, 'POST', '/v1/statements/2026-10/close', {});
    const { paths } = await ask<{ paths: Record<string, Record<string, Operation>> }>(app, 'GET', '/openapi.json');
    requests = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { parameters = [] }]) =>
        requestsOf(path, parameters).map((tried) => [method.toUpperCase(), tried] as const),
      ),
    );
  });
  afterAll(() => app.close());

  it('is refused wherever it stands in a path or a query', async () => {
    expect(requests.length).toBeGreaterThan(60);
    const answers: string[] = [];
    for (const [method, path] of requests) {
      const body = method === 'POST' || method === 'PUT' || method === 'PATCH' ? {} : undefined;
      const response = await app.request(method, path, body);
      await response.arrayBuffer();
      if (response.status !== 400 && response.status !== 404) answers.push(`${method} ${path}: ${response.status}`);
    }
    expect(answers).toEqual([]);
  });
});

/** The route with NUL in one parameter of text after the other, and a name that is one in the others. */
function requestsOf(path: string, parameters: readonly Parameter[]): string[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const texts = inQuery.filter(({ schema }) => schema?.type === 'string' && schema.enum === undefined);
  const to = (tried: string) => {
    const value = (name: string) => (name === tried ? `x${NUL}` : encodeURIComponent(SAMPLES[name] ?? '1'));
    const query = inQuery.filter(({ name, required }) => required === true || name === tried);
    const search = query.map(({ name }) => `${name}=${value(name)}`).join('&');
    return `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => value(name))}${search === '' ? '' : `?${search}`}`;
  };
  return [...inPath, ...texts.map(({ name }) => name)].map(to);
}
