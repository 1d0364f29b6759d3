import type { SharedParts } from '#allocation/domain';
import type { SplitShare } from './split-share.js';

/** Of a shared amount's split: what came to pools on the way to an owner, and from them to the owner. */
export function wayDown({ way }: SharedParts, isOwner: (key: string) => boolean): SplitShare[] {
  // From the owner up: of each pool only what went on towards the owner.
  const passed = new Set<string>();
  return [...way]
    .reverse()
    .flatMap(({ pool, amounts, step, parts }): SplitShare[] => {
      const amount = amounts.effective;
      const totalWeight = step.shares.reduce((sum, { weight }) => sum + weight, 0n);
      const towards = step.to === 'owners' ? isOwner : (key: string) => passed.has(key);
      const shares = step.shares.flatMap(({ key, weight }, i): SplitShare[] => {
        const part = parts[i]?.effective ?? 0n;
        if (!towards(key) || weight === 0n) return [];
        const [by, name] = step.to === 'owners' ? (['shared', pool] as const) : (['shared_pool', key] as const);
        return [{ by, name, amount, weight, totalWeight, parts: 1, part }];
      });
      if (shares.length > 0) passed.add(pool);
      return shares.reverse();
    })
    .reverse();
}

/** What stayed with the platform team, for nothing said whose it is. */
export function keptShare(amount: bigint): SplitShare {
  return { by: 'kept', name: null, amount, weight: 1n, totalWeight: 1n, parts: 1, part: amount };
}
