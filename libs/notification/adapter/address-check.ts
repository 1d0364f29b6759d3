import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by its range, and yet the host's own: where Azure answers its machines. */
const OWN_OF_HOSTS = new Set(['168.63.129.16']);
/** All that is routed on the Internet; what is elsewhere is private, or a way to an IPv4 address that nobody looked at. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * What speaks against connecting to an address; undefined: it is a public one. Everything is refused that is not known to be
 * public: private, loopback, link-local (where clouds answer their machines), shared (CGNAT), multicast, unspecified and reserved
 * addresses, and IPv6 addresses that stand for IPv4 ones (mapped, NAT64, 6to4, Teredo).
 */
export function addressFault(address: string): string | undefined {
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return 'is no address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return `is not a public address (${range})`;
  if (OWN_OF_HOSTS.has(parsed.toString())) return 'is not a public address (of the host)';
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_UNICAST)) return 'is not a public address';
  return undefined;
}

/** The address that a URL names instead of a host; undefined: it names a host. URLs spell each IPv4 address in one way. */
export function addressOf({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(address) === 0 ? undefined : address;
}
