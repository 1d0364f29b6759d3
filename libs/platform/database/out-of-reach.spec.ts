import { isOutOfReach, wasNotConnected } from './out-of-reach.js';

const coded = (code: string, more: object = {}) => Object.assign(new Error('failed'), { code, ...more });

describe('a database out of reach', () => {
  it.each(
    [
      ...['08006', '53300', '57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN'].map((code) =>
        coded(code),
      ),
      coded('ENOENT', { syscall: 'connect' }),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      Object.assign(new Error('of TypeORM'), { driverError: coded('57P01') }),
    ].map((error) => [error]),
  )('is why %p', (error) => {
    expect(isOutOfReach(error)).toBe(true);
  });

  it.each(
    [
      ...['23505', '42P01', '57014', 'AQ001', 'ENOENT', 'ERR_INVALID_ARG_TYPE'].map((code) => coded(code)),
      new TypeError("Cannot read properties of undefined (reading 'connect')"),
      undefined,
      'Connection',
    ].map((error) => [error]),
  )('is not why %p', (error) => {
    expect(isOutOfReach(error)).toBe(false);
  });
});

describe('what was never connected', () => {
  it('is told from a connection that broke', () => {
    const noneFree = new Error('timeout exceeded when trying to connect');
    const never = [coded('ECONNREFUSED'), coded('57P03'), coded('EMFILE', { syscall: 'connect' }), noneFree];
    expect(never.map(wasNotConnected)).toEqual([true, true, true, true]);
    const broken = [
      coded('ECONNRESET'),
      coded('57P01'),
      coded('23505'),
      new Error('Connection terminated unexpectedly'),
    ];
    expect(broken.map(wasNotConnected)).toEqual([false, false, false, false]);
  });
});
