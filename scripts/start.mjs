// npm start: whatever set-up is missing, then the server, in this very process, so that signals need no passing on.
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';

try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`apportion: ${error.message}\n`);
  process.exit(1);
}
await import('../dist/server.js');
