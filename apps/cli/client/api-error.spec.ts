import { EXIT } from '../exit-code.js';
import { toApiError } from './api-error.js';

const problem = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  toApiError(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));

describe('toApiError', () => {
  it('makes a problem one line, and each of its field errors another', async () => {
    const error = await problem(409, {
      code: 'pricing.refused',
      detail: 'Two rows\nare wrong.',
      errors: [
        { pointer: '/0/from', code: 'pricing.bad_time', detail: 'is no time' },
        { pointer: '', code: 'pricing.no_rows', detail: 'has no rows' },
      ],
    });
    expect(error.message).toBe('Two rows are wrong [pricing.refused]');
    expect(error.details).toEqual(['/0/from: is no time [pricing.bad_time]', '(whole): has no rows [pricing.no_rows]']);
    expect(error.exitCode).toBe(EXIT.conflict);
  });

  it('says so when what answered is no Apportion server', async () => {
    const error = await problem(404, '<html>not here</html>');
    expect(error.message).toContain('404');
    expect(error.code).toBeUndefined();
  });

  it('keeps how long to wait', async () => {
    expect((await problem(429, { code: 'a.b', detail: 'c' }, { 'retry-after': '7' })).retryAfterSeconds).toBe(7);
    expect((await problem(429, { code: 'a.b', detail: 'c' })).retryAfterSeconds).toBeUndefined();
    expect(
      (await problem(429, { code: 'a.b', detail: 'c' }, { 'retry-after': 'soon' })).retryAfterSeconds,
    ).toBeUndefined();
  });
});
