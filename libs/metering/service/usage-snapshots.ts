/**
 * A moment of the database that several readings see alike, while events go on being metered. It holds as long as the
 * work does.
 */
export interface UsageSnapshots {
  hold<T>(work: (snapshot: string) => Promise<T>): Promise<T>;
}

export const USAGE_SNAPSHOTS = Symbol('UsageSnapshots');
