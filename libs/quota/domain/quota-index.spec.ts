import { NO_FILTER } from './filter.js';
import type { Quota } from './quota.js';
import { QuotaIndex } from './quota-index.js';
import type { QuotaFacts, QuotaLevel } from './subject.js';

const quota = (level: QuotaLevel, name: string | null, model: string | null = null) =>
  ({
    name: `${level} ${name ?? 'each'} ${model ?? ''}`.trim(),
    subject: { level, name, team: null, tagKey: null },
    filter: { ...NO_FILTER, model },
  }) as unknown as Quota;

const FACTS: QuotaFacts = {
  ...{ businessUnit: null, costCenter: null, team: 'search', project: null, apiKey: null, user: null, tags: {} },
  ...{ provider: null, model: 'llama', pool: null, tier: 'standard', status: null },
};

describe('the quotas of a request', () => {
  const index = new QuotaIndex([
    quota('account', null),
    quota('team', 'search'),
    quota('team', 'support'),
    quota('user', null),
    quota('cost_center', null),
    quota('cost_center', 'cc-1'),
    quota('cost_center', 'cc-2', 'gpt-*'),
    quota('business_unit', 'retail'),
  ]);

  it('are those of whoever pays', () => {
    const names = index.applicable({ ...FACTS, costCenter: 'cc-1' }).map((one) => one.quota.name);
    expect(names).toEqual(['account each', 'cost_center cc-1', 'cost_center each', 'team search']);
  });

  it('may be those of any cost centre and business unit, where nobody knows who pays', () => {
    const names = index.possible(FACTS).map(({ name }) => name);
    expect(names).toEqual([
      'account each',
      'team search',
      'cost_center each',
      'cost_center cc-1',
      'business_unit retail',
    ]);
  });
});
