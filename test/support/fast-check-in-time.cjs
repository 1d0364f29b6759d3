// fast-check, of which no property takes longer than the quick checks have: it then has held for as many cases as there was
// time for. `npm test` has all the time that the cases take.
const fc = require('../../node_modules/fast-check/lib/cjs/fast-check.js');

fc.configureGlobal({ interruptAfterTimeLimit: Number(process.env.APPORTION_PROPERTY_MS) });

module.exports = fc;
