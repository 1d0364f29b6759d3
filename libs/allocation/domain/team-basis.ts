import type { Share } from '#money';

/**
 * A rule that splits a used period's cost over teams, whatever their usage comes to: from the teams that used the pool in
 * it, in any order, to a share for each team that pays. At least one weight is above zero.
 */
export type TeamBasis = (users: readonly string[]) => readonly Share[];
