import fc from 'fast-check';
import { addressFault, addressOf } from './address-check.js';

const PRIVATE = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.255'],
  ...['127.0.0.1', '127.1.2.3', '169.254.169.254', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '192.88.99.1'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '::8.8.8.8', '::127.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1', '2002:7f00:1::', '2001:0:4136:e378::'],
  ...['fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '100::1', '2001:db8::1'],
  ...['2001:10::1', '2001:20::1', '3fff::1', '5f00::1', '4000::1', '1::1'],
];

describe('the check of addresses', () => {
  it.each(PRIVATE)('refuses %s', (address) => {
    expect(addressFault(address)).toMatch(/is not a public address|is no address/);
  });

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '192.169.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'takes %s',
    (address) => {
      expect(addressFault(address)).toBeUndefined();
    },
  );

  it.each(['', 'example.com', '1.2.3', '0x7f.0.0.1', '2130706433', '127.1', '1.2.3.4.5', ':::1'])(
    'knows that %j is no address',
    (text) => {
      expect(addressFault(text)).toBe('is no address');
    },
  );

  // Each way in which a person, or a program of old, may write 127.0.0.1 and 169.254.169.254.
  it.each([
    ...['127.0.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.1', '127.0.1'],
    ...[
      '127.0.0.1.',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:0:0:1]',
    ],
    ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[64:ff9b::a9fe:a9fe]', '0', '[::]'],
  ])('finds the private address in https://%s/', (host) => {
    const address = addressOf(new URL(`https://${host}/`));
    expect(address).toBeDefined();
    expect(addressFault(address ?? '')).toMatch(/not a public address/);
  });

  it('knows a name from an address', () => {
    expect(addressOf(new URL('https://example.com/'))).toBeUndefined();
    expect(addressOf(new URL('https://8.8.8.8/'))).toBe('8.8.8.8');
    expect(addressOf(new URL('https://[2606:4700::1]/'))).toBe('2606:4700::1');
  });

  it('refuses every IPv4 address within IPv6, whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '64:ff9b::', '::'), (address, prefix) => {
        expect(addressFault(`${prefix}${address}`)).toBeDefined();
      }),
    );
  });
});
