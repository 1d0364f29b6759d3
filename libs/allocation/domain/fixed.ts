import type { AttributionPolicy } from '#cost-record/domain';
import type { TeamBasis } from './team-basis.js';

/**
 * `fixed`: each team pays its agreed percentage of the cost of every used charge period, whether it used the pool or not;
 * percentages sum to exactly 100. A team that used the pool and agreed to nothing pays nothing. Charge periods that nobody
 * used are idle as under any basis: the idle policy `fixed` splits them by percentages too.
 */
export function fixed({ shares }: Extract<AttributionPolicy, { basis: 'fixed' }>): TeamBasis {
  const agreed = shares.map(({ team, percent }) => ({ key: team, weight: percent }));
  return () => agreed;
}
