import type { TokenClass } from '#token';

/** Exact decimals by name: JSON numbers would not be. */
export type PolicyParameters = Partial<
  Readonly<Record<'prefillTokensPerSecond' | 'decodeTokensPerSecond' | 'provider' | 'model', string>> &
    Readonly<Record<'shares', SharesRow>> &
    Readonly<Record<'over', string>> &
    Readonly<Record<'pools', readonly string[]>> &
    Readonly<Record<'weights' | 'inputWeights', Readonly<Partial<Record<TokenClass, string>>>>>
>;

/** Percentages by team or pool. */
export type SharesRow = Readonly<Record<string, string>>;
