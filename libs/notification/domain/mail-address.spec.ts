import { isMailAddress } from './mail-address.js';

describe('an e-mail address', () => {
  it.each(['ops@example.com', 'o.p+s@mail.example.co', "o'neil@example.com", 'root@localhost'])('is %s', (text) => {
    expect(isMailAddress(text)).toBe(true);
  });

  it.each([
    'ops',
    '@example.com',
    'ops@',
    'Ops <ops@example.com>',
    'a@b, c@d',
    'ops@example.com\r\nBcc: x@y',
    'a b@example.com',
    'ops@-example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(260)}`,
  ])('is not %j', (text) => {
    expect(isMailAddress(text)).toBe(false);
  });
});
