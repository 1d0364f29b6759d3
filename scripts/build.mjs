import { build } from './lib/build.mjs';
import { runScript } from './lib/clone.mjs';

// npm run build: compiles the product to dist/.
await runScript(build);
