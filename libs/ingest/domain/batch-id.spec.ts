import { decodeBatchId, encodeBatchId } from './batch-id.js';

const inboxId = '0193f3a0-0000-7000-8000-00000000000a';

describe('a batch id', () => {
  it.each([
    { offset: 0, count: 1 },
    { offset: 1_999, count: 10_000 },
    { offset: 0, count: 2 ** 31 - 1 },
  ])('says which events of a row it names: $count from $offset on', (place) => {
    expect(decodeBatchId(encodeBatchId({ inboxId, ...place }))).toEqual({ inboxId, ...place });
  });

  it('is of its own row, whichever was named before', () => {
    const other = { inboxId: '0193f3a0-0000-7000-8000-00000000000b', offset: 0, count: 1 };
    const [first, second, again] = [{ ...other, inboxId }, other, { ...other, inboxId }].map(encodeBatchId);
    expect(first).toBe(again);
    expect(decodeBatchId(second ?? '')).toEqual(other);
  });

  it.each([
    { offset: 0, count: 0 },
    { offset: 1, count: 2 ** 31 - 1 },
    { offset: 2 ** 32 - 1, count: 2 ** 32 - 1 },
  ])('names nothing when no row has such places: $count from $offset on', (place) => {
    expect(decodeBatchId(encodeBatchId({ inboxId, ...place }))).toBeUndefined();
  });

  it.each(['', 'nonsense', 'x'.repeat(31), `${'x'.repeat(31)}!`])('names nothing as %j', (batchId) => {
    expect(decodeBatchId(batchId)).toBeUndefined();
  });
});
