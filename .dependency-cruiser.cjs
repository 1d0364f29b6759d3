// The boundary rules of the house. test/house/boundaries.spec.ts plants a violation of each and sees it caught.

/** Pure leaves that every stage may use; they know none of them. */
const FOUNDATION = ['token', 'money', 'calendar', 'outcome'];

/** Money flows one way: a stage may import those before it, never one after it. Stages in one entry do not know each other. */
const STAGES = [
  ['directory'],
  ['pricing', 'cost-record', 'invoice', 'notification'],
  ['ingest'],
  ['metering'],
  ['rating'],
  ['allocation'],
  ['statement'],
  ['report'],
];

const any = (names) => `(${names.join('|')})`;
const ENTRY = '(index|nest|domain/index)\\.ts$';
/** Test code may look inside; it is the rules' business only in what it must resolve. */
const TEST_CODE = '(\\.spec|/testing)\\.ts$';

const noLaterStage = STAGES.flatMap((stages, i) => {
  const later = STAGES.slice(i + 1).flat();
  return stages.map((stage) => {
    const siblings = stages.filter((name) => name !== stage);
    return {
      name: `${stage}-knows-no-later-stage`,
      comment:
        'Money flows one way. If a later stage is needed here, the port belongs here and the later stage implements it.',
      severity: 'error',
      from: { path: `^libs/${stage}/`, pathNot: TEST_CODE },
      to: { path: `^libs/${any([...siblings, ...later, 'quota'])}/` },
    };
  });
}).filter(({ to }) => to.path !== '^libs/()/');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-unresolvable',
      comment: 'What does not resolve matches no other rule, so it would pass in silence.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'foundation-knows-no-stage',
      comment: 'Money, time, tokens and outcomes are leaves.',
      severity: 'error',
      from: { path: `^libs/${any(FOUNDATION)}/`, pathNot: TEST_CODE },
      to: { path: '^(libs|apps|migrations)/', pathNot: `^libs/${any(FOUNDATION)}/` },
    },
    {
      name: 'foundation-is-pure',
      comment: 'The pure leaves use the calendar polyfill alone.',
      severity: 'error',
      from: { path: `^libs/${any(FOUNDATION)}/`, pathNot: TEST_CODE },
      to: { path: 'node_modules/', pathNot: 'node_modules/(temporal-polyfill|temporal-spec)/' },
    },
    {
      name: 'foundation-is-pure-of-node',
      severity: 'error',
      from: { path: `^libs/${any(FOUNDATION)}/`, pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-knows-no-stage',
      comment:
        'The wire shapes are what the page and the client see; they may quote the vocabularies of domains, nothing else.',
      severity: 'error',
      from: { path: '^libs/contract/', pathNot: TEST_CODE },
      to: { path: '^(libs|apps|migrations)/', pathNot: `^libs/(contract|${FOUNDATION.join('|')}|[^/]+/domain)/` },
    },
    {
      name: 'platform-knows-no-stage',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: TEST_CODE },
      to: { path: '^(libs|apps)/', pathNot: `^libs/(platform|${FOUNDATION.join('|')})/` },
    },
    {
      name: 'domain-is-pure-of-packages',
      comment: 'A domain is types and functions: no framework, no parser, no database.',
      severity: 'error',
      from: { path: '^libs/[^/]+/domain/', pathNot: TEST_CODE },
      to: { path: 'node_modules/' },
    },
    {
      name: 'domain-is-pure-of-node',
      comment: 'No clock, no file, no socket. Hashing is arithmetic.',
      severity: 'error',
      from: { path: '^libs/[^/]+/domain/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'domain-imports-inward',
      severity: 'error',
      from: { path: '^libs/([^/]+)/domain/', pathNot: TEST_CODE },
      to: { path: '^libs/$1/', pathNot: '^libs/$1/domain/' },
    },
    {
      name: 'domain-imports-domains',
      comment: 'Of other stages a domain sees domains, as #stage/domain.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/domain/', pathNot: TEST_CODE },
      to: {
        path: '^libs/',
        pathNot: ['^libs/$1/', `^libs/${any(FOUNDATION)}/index\\.ts$`, '^libs/[^/]+/domain/index\\.ts$'],
      },
    },
    {
      name: 'service-uses-ports',
      comment: 'Use cases see interfaces; the framework and the database are behind them.',
      severity: 'error',
      from: { path: '^libs/[^/]+/service/', pathNot: TEST_CODE },
      to: {
        path: [
          '^libs/[^/]+/adapter/',
          '^libs/[^/]+/nest\\.ts$',
          '^libs/platform/',
          'node_modules/(@nestjs|typeorm|pg|pg-[^/]+|bullmq|ioredis|fastify)/',
        ],
      },
    },
    {
      name: 'entry-is-pure',
      comment:
        'The public entry of a stage is its domain, services and ports; what needs Nest or a database comes by nest.ts.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/index\\.ts$', pathNot: '^libs/platform/' },
      to: {
        path: ['^libs/$1/(adapter/|nest\\.ts$)', 'node_modules/(@nestjs|typeorm|pg|pg-[^/]+|bullmq|ioredis|fastify)/'],
      },
    },
    {
      name: 'public-entry-only',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: TEST_CODE },
      to: { path: '^libs/', pathNot: ['^libs/$1/', `^libs/[^/]+/${ENTRY}`] },
    },
    {
      name: 'nest-wiring-is-outermost',
      comment: 'A Nest module is imported by Nest modules and apps alone.',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/[^/]+/nest\\.ts$', '^libs/platform/', TEST_CODE] },
      to: { path: '^libs/[^/]+/nest\\.ts$' },
    },
    {
      name: 'apps-public-entry-only',
      severity: 'error',
      from: { path: '^apps/', pathNot: TEST_CODE },
      to: { path: '^libs/', pathNot: `^libs/[^/]+/${ENTRY}` },
    },
    {
      name: 'apps-are-islands',
      comment: 'Only the composition root apps/server knows other apps.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: ['^apps/server/', TEST_CODE] },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: TEST_CODE },
      to: { path: '^(apps|test|scripts)/' },
    },
    {
      name: 'nothing-depends-on-quota',
      severity: 'error',
      comment: 'The wire shapes quote its vocabularies.',
      from: { path: '^libs/', pathNot: ['^libs/(quota|contract)/', TEST_CODE] },
      to: { path: '^libs/quota/' },
    },
    {
      name: 'web-sees-contract-only',
      severity: 'error',
      from: { path: '^apps/web/', pathNot: TEST_CODE },
      to: { path: '^libs/', pathNot: '^libs/contract/' },
    },
    {
      name: 'migrations-stand-alone',
      comment:
        'A migration says for ever what it said once; code it imported would change under it. libs/platform lists them.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(libs|apps|test|scripts)/' },
    },
    {
      name: 'no-test-code-in-product',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: TEST_CODE },
      to: { path: [TEST_CODE, '^test/'] },
    },
    ...noLaterStage,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // "source" first: #stage is then its source file, which the rules' paths match, and not the built one.
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
