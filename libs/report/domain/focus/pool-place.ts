import type { CostRecord } from '#cost-record/domain';

/** Where a pool's instances stood in a billing period; null where they stood in several places, or none is known. */
export interface PoolPlace {
  readonly region: string | null;
  /** Whose instances they are. */
  readonly host: string | null;
}

export const NOWHERE: PoolPlace = { region: null, host: null };

export function placeOf(records: readonly Pick<CostRecord, 'region' | 'provider'>[]): PoolPlace {
  return {
    region: theOnly(records.map(({ region }) => region)),
    host: theOnly(records.map(({ provider }) => provider)),
  };
}

function theOnly(values: readonly string[]): string | null {
  const [first = '', ...others] = new Set(values);
  return first === '' || others.length > 0 ? null : first;
}
