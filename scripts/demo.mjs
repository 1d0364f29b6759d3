// npm run demo: `apportion demo`, after whatever set-up is missing.
process.argv.splice(2, 0, 'demo');
await import('./apportion.mjs');
