import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWholeChecks } from './lib/checks.mjs';
import { CLONE, runScript } from './lib/clone.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensureRedis } from './lib/ensure-redis.mjs';

// npm test: on a fresh clone it installs, builds and fetches what it needs, then runs every check and every test. Words
// after `npm test --` go to Jest, and the checks are left out: `npm test -- test/e2e`.
await runScript(async () => {
  const words = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  const redis = await ensureRedis();
  const folder = mkdtempSync(join(tmpdir(), 'apportion-test-'));
  try {
    const reports = [join(folder, 'report.json')];
    if (words.length === 0) {
      reports.push(join(folder, 'unit.json'));
      await runWholeChecks(reports[1]);
      // The unit tests ran beside the checks.
      words.push('--selectProjects', 'integration');
    }
    process.exitCode = runJest(words, redis, reports[0]);
    tell(reports.map((file) => JSON.parse(readFileSync(file, 'utf8'))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function runJest(words, redis, report) {
  const { status } = spawnSync(
    process.execPath,
    [join(CLONE, 'node_modules/jest/bin/jest.js'), '--maxWorkers=2', '--json', `--outputFile=${report}`, ...words],
    // The report goes to the file; Jest writes what people read to standard error.
    {
      cwd: CLONE,
      stdio: ['inherit', 'ignore', 'inherit'],
      env: { ...process.env, APPORTION_TEST_REDIS_SERVER: redis },
    },
  );
  return status ?? 1;
}

function tell(reports) {
  const sum = (count) => reports.reduce((total, report) => total + report[count], 0);
  const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
  console.log(`${sum('numPassedTests')} passed, ${failed} failed, ${sum('numPendingTests')} skipped`);
}
