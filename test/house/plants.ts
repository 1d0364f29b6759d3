/** A file put into a copy of the product to see what the boundary rules say to it. */
export interface Plant {
  /** The rule that must catch it; what it shows, for one that must pass. */
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

let count = 0;
function plant(rule: string, folder: string, specifier: string): Plant {
  count += 1;
  return { rule, file: `${folder}/planted-${count}.ts`, text: `export * from '${specifier}';\n` };
}

/** Each breaks the rule it names. */
export const FORBIDDEN: readonly Plant[] = [
  plant('no-unresolvable', 'libs/money', './nowhere.js'),
  plant('no-unresolvable', 'libs/metering/domain', '#nowhere'),
  plant('no-unresolvable', 'libs/metering/domain', '#pricing/service/price-book-reader'),
  { rule: 'no-circular', file: 'libs/money/planted-egg.ts', text: "export * from './planted-hen.js';\n" },

  plant('foundation-knows-no-stage', 'libs/calendar', '#pricing/domain'),
  plant('foundation-knows-no-stage', 'libs/token', '#platform'),
  plant('foundation-is-pure', 'libs/money', 'zod'),
  plant('foundation-is-pure-of-node', 'libs/outcome', 'node:fs'),
  plant('contract-knows-no-stage', 'libs/contract', '#pricing'),
  plant('platform-knows-no-stage', 'libs/platform/queue', '#directory'),

  plant('domain-is-pure-of-packages', 'libs/rating/domain', 'zod'),
  plant('domain-is-pure-of-packages', 'libs/pricing/domain', '@nestjs/common'),
  plant('domain-is-pure-of-node', 'libs/rating/domain', 'node:fs'),
  plant('domain-is-pure-of-node', 'libs/rating/domain', 'timers'),
  plant('domain-imports-inward', 'libs/pricing/domain', '../service/price-book-reader.js'),
  plant('domain-imports-inward', 'libs/pricing/domain', '../index.js'),
  plant('domain-imports-domains', 'libs/rating/domain', '#metering'),
  plant('domain-imports-domains', 'libs/rating/domain', '#platform'),

  plant('service-uses-ports', 'libs/metering/service', 'typeorm'),
  plant('service-uses-ports', 'libs/metering/service', '@nestjs/common'),
  plant('service-uses-ports', 'libs/metering/service', 'bullmq'),
  plant('service-uses-ports', 'libs/metering/service', '#platform'),
  {
    rule: 'service-uses-ports',
    file: 'libs/metering/service/planted-inner.ts',
    text: "import '../adapter/planted-leaf.js';\n",
  },
  { rule: 'entry-is-pure', file: 'libs/quota/index.ts', text: "export * from './adapter/planted-leaf.js';\n" },

  plant('public-entry-only', 'libs/statement/adapter', '../../pricing/domain/price.js'),
  plant('public-entry-only', 'libs/statement/adapter', '../../metering/adapter/planted-leaf.js'),
  plant('nest-wiring-is-outermost', 'libs/metering/adapter', '#platform/nest'),
  plant('apps-public-entry-only', 'apps/api/planted', '../../../libs/metering/adapter/planted-leaf.js'),
  plant('apps-are-islands', 'apps/worker', '../api/auth/decorators.js'),
  plant('libs-know-no-app', 'libs/platform/queue', '../../../apps/api/auth/decorators.js'),
  plant('libs-know-no-app', 'libs/report/adapter', '../../../apps/api/auth/decorators.js'),
  plant('nothing-depends-on-quota', 'libs/metering/adapter', '../../quota/index.js'),
  plant('web-sees-contract-only', 'apps/web', '#pricing'),
  plant('migrations-stand-alone', 'migrations', '#money'),
  plant('no-test-code-in-product', 'libs/pricing/adapter', '../../money/split.spec.js'),

  plant('directory-knows-no-later-stage', 'libs/directory/adapter', '#pricing'),
  plant('pricing-knows-no-later-stage', 'libs/pricing/adapter', '#cost-record'),
  plant('cost-record-knows-no-later-stage', 'libs/cost-record/adapter', '#pricing'),
  plant('cost-record-knows-no-later-stage', 'libs/cost-record/domain', '#metering/domain'),
  plant('invoice-knows-no-later-stage', 'libs/invoice/adapter', '#cost-record'),
  plant('invoice-knows-no-later-stage', 'libs/invoice/domain', '#statement/domain'),
  plant('notification-knows-no-later-stage', 'libs/notification/adapter', '#pricing'),
  plant('notification-knows-no-later-stage', 'libs/notification/service', '#metering'),
  plant('directory-knows-no-later-stage', 'libs/directory/service', '#notification'),
  plant('ingest-knows-no-later-stage', 'libs/ingest/service', '#metering'),
  plant('metering-knows-no-later-stage', 'libs/metering/domain', '#rating/domain'),
  plant('rating-knows-no-later-stage', 'libs/rating/domain', '../../allocation/domain/planted-leaf.js'),
  plant('allocation-knows-no-later-stage', 'libs/allocation/domain', '../../statement/domain/planted-leaf.js'),
  plant('statement-knows-no-later-stage', 'libs/statement/adapter', '../../report/domain/planted-leaf.js'),
  plant('report-knows-no-later-stage', 'libs/report/adapter', '../../quota/index.js'),
];

/** These the house is built with: no rule may stand in their way. */
export const PERMITTED: readonly Plant[] = [
  {
    rule: 'a cycle is told once, at the egg',
    file: 'libs/money/planted-hen.ts',
    text: "export * from './planted-egg.js';\n",
  },
  { rule: 'a leaf', file: 'libs/metering/adapter/planted-leaf.ts', text: "import 'typeorm';\nimport '#platform';\n" },
  { rule: 'a leaf', file: 'libs/quota/adapter/planted-leaf.ts', text: 'export const leaf = 1;\n' },
  ...['allocation', 'statement', 'report'].map((stage) => ({
    rule: 'a leaf',
    file: `libs/${stage}/domain/planted-leaf.ts`,
    text: 'export const leaf = 1;\n',
  })),
  plant('a domain uses earlier domains', 'libs/rating/domain', '#pricing/domain'),
  plant('a domain uses the leaves', 'libs/rating/domain', '#money'),
  plant('a domain hashes', 'libs/metering/domain', 'node:crypto'),
  plant('a service uses earlier stages', 'libs/metering/service', '#directory'),
  plant('a later stage tells people', 'libs/metering/service', '#notification'),
  plant('an adapter uses its packages', 'libs/metering/adapter', 'typeorm'),
  plant('an app uses public entries', 'apps/api/planted', '#pricing'),
  plant('the composition root knows the apps', 'apps/server', '../api/auth/decorators.js'),
  plant('test code looks inside', 'libs/money', '#calendar'),
  {
    rule: 'test code looks inside',
    file: 'libs/money/planted.spec.ts',
    text: "import '../pricing/domain/price.js';\n",
  },
];
