import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CLONE, runScript } from './lib/clone.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensureRedis } from './lib/ensure-redis.mjs';

// npm run bench: what docs/performance.md tells, measured on this machine. `npm run bench -- --help` for less of it.
await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const redis = await ensureRedis();
  const { status } = spawnSync(process.execPath, [join(CLONE, 'dist/test/bench/main.js'), ...process.argv.slice(2)], {
    cwd: CLONE,
    stdio: 'inherit',
    env: { ...process.env, APPORTION_TEST_REDIS_SERVER: redis },
  });
  process.exitCode = status ?? 1;
});
