import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CLONE } from './clone.mjs';

const BIN = join(CLONE, 'node_modules');

/** The slowest first, so that the last to end is a short one. */
const CHECKS = [
  ['lint', 'eslint/bin/eslint.js', '.'],
  ['types', 'typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit'],
  ['dead code', 'knip/bin/knip.js', '--no-config-hints'],
  [
    'boundaries',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'apps',
    'libs',
    'migrations',
  ],
  ['format', '@biomejs/biome/bin/biome', 'check', '.'],
];
const UNIT_TESTS = ['unit tests', 'jest/bin/jest.js', '--selectProjects', 'unit', '--silent'];
/** Lints again what has changed since it was found good. */
const CHANGED_ONLY = ['--cache', '--cache-strategy', 'content', '--cache-location', 'node_modules/.cache/eslint/'];

/** How long the quick checks look for a case that breaks a property. */
const PROPERTY_MS = '150';

/**
 * Runs the checks and the unit tests side by side, shows what each one found, and throws when any found something. Without linting
 * files that have not changed: a rule that knows types may then miss what a change does to another file. And without all the cases
 * of properties that take long.
 */
export function runQuickChecks() {
  const [lint, ...others] = CHECKS;
  process.env.APPORTION_PROPERTY_MS ??= PROPERTY_MS;
  return runAll([[...UNIT_TESTS, '--maxWorkers=2'], [...lint, ...CHANGED_ONLY], ...others]);
}

/** The same with everything linted, which takes as long as the unit tests in one process. Jest's report of them goes to the file. */
export function runWholeChecks(report) {
  const [lint, ...others] = CHECKS;
  return runAll([lint, [...UNIT_TESTS, '--maxWorkers=1', '--json', `--outputFile=${report}`], ...others]);
}

async function runAll(waiting) {
  const failed = [];
  const runNext = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check[0]);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, runNext));
  if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`);
}

function runCheck([name, program, ...args]) {
  const started = performance.now();
  const child = spawn(process.execPath, [join(BIN, program), ...args], {
    cwd: CLONE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}
