const Sequencer = require('@jest/test-sequencer').default;

/** What starts and kills processes takes longest, what is pure shortest. */
const FOLDERS = [/\/test\/fault\//, /\/test\/e2e\//, /\/test\/house\//, /\/test\/integration\//];

/**
 * The order in which test files start: the longest first, so that no worker waits for a long one at the end. Jest knows how long each
 * took the last time; on a fresh clone it would go by the size of the file, and the tests that kill are short.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    return FOLDERS.toReversed().reduce(putFirst, sorted);
  }
};

function putFirst(tests, folder) {
  const isIn = ({ path }) => folder.test(path.replaceAll('\\', '/'));
  return [...tests.filter(isIn), ...tests.filter((test) => !isIn(test))];
}
