import { fromCursor, toCursor } from './page.js';

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
