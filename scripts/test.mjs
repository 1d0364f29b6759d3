import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './lib/checks.mjs';
import { CLONE, runScript } from './lib/clone.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensureRedis } from './lib/ensure-redis.mjs';

// npm test: on a fresh clone it installs, builds and fetches what it needs, then runs every check and every test. Words
// after `npm test --` go to Jest, and the checks are left out: `npm test -- test/e2e`.
await runScript(async () => {
  const args = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const redis = await ensureRedis();
  if (args.length === 0) await runChecks({ quick: false });
  process.exitCode = runJest(args, redis);
});

function runJest(args, redis) {
  const folder = mkdtempSync(join(tmpdir(), 'apportion-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [join(CLONE, 'node_modules/jest/bin/jest.js'), '--maxWorkers=2', '--json', `--outputFile=${report}`, ...args],
      // The report goes to the file; Jest writes what people read to standard error.
      {
        cwd: CLONE,
        stdio: ['inherit', 'ignore', 'inherit'],
        env: { ...process.env, APPORTION_TEST_REDIS_SERVER: redis },
      },
    );
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
