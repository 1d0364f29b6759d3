import { stepDown } from '#allocation/domain';
import { type Picos, splitByLargestRemainder } from '#money';
import type { BillInputs } from '../bill-inputs.js';
import type { LineAmounts, LineFields } from '../line.js';
import { SharedSteps } from '../shared/shared-steps.js';
import { stretchesOf } from '../shared/stretches.js';

type Line = LineFields & LineAmounts;

/**
 * Splits differences to invoices as a pool of shared cost splits its own, whatever that one cost: over the whole month, by
 * the policy that held in each stretch of it. Follows the lines that were there before any of shared cost, as all shared cost
 * does, so that no difference bears on another. What has no rule or nothing to follow is the platform team's.
 */
export class ShareDifference {
  private readonly steps: SharedSteps;

  constructor(
    lines: readonly Line[],
    private readonly inputs: BillInputs,
  ) {
    const shared = new Set(inputs.sharedPools.map(({ pool }) => pool));
    const followed = lines.filter(({ pool }) => pool === null || !shared.has(pool));
    this.steps = new SharedSteps(followed, inputs);
  }

  /** The parts sum to the total. `platform`: a line of the platform team; the others are like it but for their owner. */
  split(total: Picos, sharedPool: string, platform: LineFields): [LineFields, Picos][] {
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
  ): [LineFields, Picos][] {
    const parts = stepDown(sharedPool, { effective: amount, list: 0n }, (name) => this.steps.at(name, at));
    const rest = (parts.kept?.effective ?? 0n) + (parts.unruled?.effective ?? 0n);
    const shared = [...parts.owners].map(([key, { effective }]): [LineFields, Picos] => {
      const { team, costCenter, project } = this.steps.owner(key);
      return [{ ...platform, team, costCenter, project }, effective];
    });
    return [...shared, [platform, rest] as [LineFields, Picos]].filter(([, part]) => part !== 0n);
  }
}
