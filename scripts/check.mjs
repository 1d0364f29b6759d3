import { runQuickChecks } from './lib/checks.mjs';
import { runScript } from './lib/clone.mjs';

// npm run check: everything that needs no server.
await runScript(runQuickChecks);
