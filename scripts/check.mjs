import { runChecks } from './lib/checks.mjs';
import { runScript } from './lib/clone.mjs';

// npm run check: everything that needs no server, within a minute.
await runScript(() => runChecks({ quick: true }));
