import type { Picos, Share } from '#money';

/** Somebody, or a pool, that a part of a shared cost may go to, and what a rule may follow of it in the billing period. */
export interface Claimant {
  /** Stable and unique; breaks ties. */
  readonly key: string;
  /** What it was attributed before any shared cost; below zero where credits are all it has. */
  readonly cost: Picos;
  readonly tokens: bigint;
}

/** A rule that splits a shared cost, in whatever order the claimants come. All weights may be zero: nobody is to pay. */
export type SharedRule = (claimants: readonly Claimant[]) => readonly Share[];
