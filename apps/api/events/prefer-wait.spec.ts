import { preferredWaitMs } from './prefer-wait.js';

it.each([
  ['wait=10', 10_000],
  ['respond-async, wait=5', 5_000],
  ['wait="7"', 7_000],
  ['WAIT=1;foo', 1_000],
  ['wait=999', 30_000],
  ['wait=999999999', 30_000],
  [`wait=${'9'.repeat(400)}`, 30_000],
  ['wait=0', 0],
  ['wait=-1', 0],
  ['wait=x', 0],
  ['await=5', 0],
  ['', 0],
])('Prefer: %s waits %i ms', (prefer, ms) => {
  expect(preferredWaitMs(prefer, 30_000)).toBe(ms);
});
