import { etagOf, expectationOf } from './preconditions.js';

describe('preconditions', () => {
  it.each([
    [{}, 'nothing_said'],
    [{ 'if-none-match': '*' }, 'absent'],
    [{ 'if-match': ' * ' }, 'present'],
    [{ 'if-match': etagOf({ version: 3 }) }, [3]],
    [{ 'if-match': '"3", "4"' }, [3, 4]],
    [{ 'if-match': 'W/"3"' }, []],
    [{ 'if-match': '"abc", "7"' }, [7]],
  ])('%j is %j', (headers, expected) => {
    expect(expectationOf(headers)).toEqual({ ok: true, value: expected });
  });

  it.each([
    [{ 'if-match': '3' }],
    [{ 'if-match': '' }],
    [{ 'if-none-match': '"3"' }],
    [{ 'if-match': '"3"', 'if-none-match': '*' }],
  ])('%j is refused', (headers) => {
    expect(expectationOf(headers)).toMatchObject({ ok: false, failure: { code: 'request.bad_precondition' } });
  });
});
