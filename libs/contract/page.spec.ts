import { z } from 'zod';
import { costPageQuery, fromCursor, numberedPageQuery, toCursor } from './page.js';

describe('a cursor', () => {
  it('comes back as the key that it was made of', () => {
    const key = ['büro/東京', '-5', '𝕏'];
    expect(fromCursor(toCursor(key), 3)).toEqual(key);
  });

  it.each([
    ['another length', toCursor(['a', 'b'])],
    ['no text', Buffer.from('[1]').toString('base64url')],
    ['a NUL', toCursor(['a\0'])],
    ['half a surrogate pair', toCursor(['a\ud800'])],
    ['no JSON', 'nonsense'],
    ['nothing', ''],
  ])('is none with %s', (_, cursor) => {
    expect(fromCursor(cursor, 1)).toBeUndefined();
  });
});

describe('the cursor of a list', () => {
  const id = '0198c2a4-0000-7000-8000-000000000001';
  const isTaken = (shape: z.ZodRawShape, key: readonly string[]) =>
    z.object(shape).safeParse({ cursor: toCursor(key) }).success;

  it.each<[string, z.ZodRawShape, readonly string[], boolean]>([
    ['a number', numberedPageQuery, ['12'], true],
    ['no number', numberedPageQuery, ['1; drop'], false],
    ['a number that no column holds', numberedPageQuery, ['1'.repeat(19)], false],
    ['a position', costPageQuery, ['h100', '1793000000000', id], true],
    ['a position without a time', costPageQuery, ['h100', 'now', id], false],
    ['a position beyond all time', costPageQuery, ['h100', '999999999999999', id], false],
    ['a position without an id', costPageQuery, ['h100', '1793000000000', 'x'], false],
  ])('of %s is taken or not', (_, shape, key, taken) => {
    expect(isTaken(shape, key)).toBe(taken);
  });
});
