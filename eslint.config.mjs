import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.spec.ts', '**/testing.ts', 'test/**/*.ts'];

/** Rules of the house that no plugin knows, as selectors. Each says what to do instead. */
const systemClock = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Ask the Clock port (#calendar) for the time, so that a test can move it.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Ask the Clock port (#calendar) for the time, so that a test can move it.',
  },
];
const environment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'The environment is parsed once, in libs/platform.',
  },
];
const floatMoney = [
  {
    selector: "CallExpression[callee.name='parseFloat'], CallExpression[callee.property.name='parseFloat']",
    message: 'Amounts and quantities are exact: parse them with #money.',
  },
  {
    selector: "CallExpression[callee.property.name='toFixed']",
    message: 'Amounts and quantities are exact: format them with #money.',
  },
];

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', '**/*.d.ts']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', { max: 6 }],
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules
            .filter((name) => !/^node:|^_/.test(name))
            .map((name) => ({ name, message: `Write node:${name}.` })),
        },
      ],
      'no-restricted-syntax': ['error', ...systemClock, ...environment],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/dot-notation': 'error',
      // An interface method with `async` rejects where one without it throws; the ports promise the former.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // We have no enums to mix up but one, in one file; to look for them takes a tenth of the linting.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Options objects of class type are written as literals; that is how Nest and TypeORM take them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A Nest module is a class with nothing but its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/prefer-optional-chain': 'error',
      '@typescript-eslint/prefer-regexp-exec': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['libs/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...systemClock, ...environment, ...floatMoney] },
  },
  {
    files: ['libs/calendar/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...environment, ...floatMoney] },
  },
  {
    files: ['libs/platform/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...systemClock] },
  },
  {
    // The ends of the product, where a person waits and a progress bar counts seconds.
    files: ['apps/cli/**/*.ts', 'apps/server/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...environment] },
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': 'off',
      // expect(mock.method) names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
      // Asymmetric matchers are typed any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.recommended],
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
