import type { TokenClass } from '#token';

/** Exact decimals by name: JSON numbers would not be. */
export type PolicyParameters = Partial<
  Readonly<Record<'prefillTokensPerSecond' | 'decodeTokensPerSecond' | 'provider' | 'model', string>> &
    Readonly<Record<'shares', SharesRow>> &
    Readonly<Record<'weights' | 'inputWeights', Readonly<Partial<Record<TokenClass, string>>>>>
>;

/** Percentages by team. */
export type SharesRow = Readonly<Record<string, string>>;
