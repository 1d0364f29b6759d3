import { stepDown } from '#allocation/domain';
import { type Picos, splitByLargestRemainder } from '#money';
import type { BillInputs } from '../bill-inputs.js';
import type { SplitShare } from '../explain/split-share.js';
import { keptShare, wayDown } from '../explain/way-down.js';
import type { LineFields } from '../line.js';
import type { SharedClaims } from '../shared/shared-claims.js';
import { SharedSteps } from '../shared/shared-steps.js';
import { stretchesOf } from '../shared/stretches.js';

/** A part of a difference to an invoice, and on which line it is. */
export interface Adjustment {
  readonly fields: LineFields;
  readonly effective: Picos;
  /** How it came about. */
  readonly splits: () => readonly SplitShare[];
}

/**
 * Splits differences to invoices as a pool of shared cost splits its own, whatever that one cost: over the whole month, by
 * the policy that held in each stretch of it. Follows the lines that were there before any of shared cost, as all shared cost
 * does, so that no difference bears on another. What has no rule or nothing to follow is the platform team's.
 */
export class ShareDifference {
  private readonly steps: SharedSteps;

  /** `followed`: the claims of lines on no shared pool. */
  constructor(
    followed: SharedClaims,
    private readonly inputs: BillInputs,
  ) {
    this.steps = new SharedSteps(followed, inputs);
  }

  /** The parts sum to the total. `platform`: a line of the platform team; the others are like it but for their owner. */
  split(total: Picos, sharedPool: string, platform: LineFields): Adjustment[] {
    const { period, sharedPools } = this.inputs;
    const policies = sharedPools.find(({ pool }) => pool === sharedPool)?.policies ?? [];
    const stretches = stretchesOf({ pool: sharedPool, policies }, sharedPools, period.start, period.end);
    const weights = stretches.map(([start, end], i) => ({
      key: String(i).padStart(8, '0'),
      weight: BigInt(end - start),
    }));
    const amounts = splitByLargestRemainder(total, weights) ?? [];
    return stretches.flatMap(([at], i) => this.splitAt(amounts[i] ?? 0n, sharedPool, { at, platform }));
  }

  private splitAt(
    amount: Picos,
    sharedPool: string,
    { at, platform }: { readonly at: number; readonly platform: LineFields },
  ): Adjustment[] {
    const parts = stepDown(sharedPool, { effective: amount, list: 0n }, (name) => this.steps.at(name, at));
    const rest = (parts.kept?.effective ?? 0n) + (parts.unruled?.effective ?? 0n);
    const shared = [...parts.owners].map(([key, { effective }]): Adjustment => {
      const { team, costCenter, project } = this.steps.owner(key);
      const fields = { ...platform, team, costCenter, project };
      return { fields, effective, splits: () => wayDown(parts, (owner) => owner === key) };
    });
    const kept = { fields: platform, effective: rest, splits: () => [keptShare(rest)] };
    return [...shared, kept].filter(({ effective }) => effective !== 0n);
  }
}
