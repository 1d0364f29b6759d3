import type { PriceBook } from '#pricing/domain';
import type { LineFields } from '../line.js';
import type { Party } from './reconciliation.js';

/** Whose invoice a line's cost is on. Providers go by one name here, however events spelled them. */
export function partyOfLine({ pool, provider }: Pick<LineFields, 'pool' | 'provider'>, book: PriceBook): Party {
  if (pool !== null) return { party: `pool:${pool}`, pool, provider: null };
  const name = book.providerNamed(provider ?? '');
  return { party: `provider:${name}`, pool: null, provider: name };
}
