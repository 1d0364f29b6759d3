/** What holds from a month on. */
interface Dated {
  readonly version: number;
  /** Such as `2026-10`; `''` is from the beginning. */
  readonly fromPeriod: string;
}

/** What holds in a month: the latest `fromPeriod` at or before it, of several the highest version. */
export function inPeriod<T extends Dated>(versions: readonly T[], period: string): T | undefined {
  let best: T | undefined;
  for (const candidate of versions) {
    if (candidate.fromPeriod > period) continue;
    if (best === undefined || supersedes(candidate, best)) best = candidate;
  }
  return best;
}

function supersedes(a: Dated, b: Dated): boolean {
  return a.fromPeriod > b.fromPeriod || (a.fromPeriod === b.fromPeriod && a.version > b.version);
}
