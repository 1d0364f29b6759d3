import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { errorText } from '#platform';
import type { UrlGuard } from '../service/url-guard.js';
import { addressFault, addressOf } from './address-check.js';

/** All addresses of a host; throws when there is none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** An address that may not be connected to. */
export class RefusedAddressError extends Error {}

/**
 * Keeps connections away from addresses that are nobody's but ours. A host is resolved once, and the connection goes to the very
 * addresses that were looked at: a name that answers differently the second time gains nothing.
 */
export class CheckedLookup implements UrlGuard {
  constructor(
    private readonly resolve: Resolve,
    private readonly allowPrivate: boolean,
  ) {}

  refusal(url: URL): string | undefined {
    const address = addressOf(url);
    const fault = address === undefined || this.allowPrivate ? undefined : addressFault(address);
    return fault === undefined ? undefined : `names ${address ?? ''}, which ${fault}`;
  }

  /** For `net.connect` and all that is made of it. Where one address of a host is refused, the host is. */
  readonly lookup: LookupFunction = (host, options, done) => {
    this.addressesOf(host).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) done(new Error(`${host} has no address`), '');
        else if (options.all) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(errorText(error)), ''),
    );
  };

  private async addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const addresses = await this.resolve(host);
    if (this.allowPrivate) return addresses;
    for (const { address } of addresses) {
      const fault = addressFault(address);
      if (fault !== undefined) throw new RefusedAddressError(`${host} is ${address}, which ${fault}`);
    }
    return addresses;
  }
}
