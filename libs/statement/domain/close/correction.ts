/**
 * Why a line of a closed month would be other than it was billed. `usage`: the owner's own use of the model there, by events
 * that came late. `owner`: the same use, said to be another's. `price`: the same use at another price. `cost`: what the pool cost. `policy`: another version of the pool's
 * policy. `invoice`: what the party's invoices say, or what is agreed of differences to them. `share`: none of these, but what others used of the pool, or who the owner is.
 */
export const CORRECTION_CAUSES = ['usage', 'owner', 'price', 'cost', 'policy', 'invoice', 'share'] as const;
export type CorrectionCause = (typeof CORRECTION_CAUSES)[number];

/** What a line corrects. */
export interface Correction {
  /** The closed month, `2023-11`; the line has the fields of the line there. */
  readonly period: string;
  readonly cause: CorrectionCause;
}
