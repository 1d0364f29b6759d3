/**
 * The end of a query of what is kept by dimension: of usage on the pools of a list alone, where null stands for usage on none.
 * Both are SQL: the account, and the list as `text[]`.
 */
export function ofPools(account: string, pools: string): string {
  return `and dimension_id in (
      select d.dimension_id from usage_dimension d
      where d.account_id = ${account} and (d.pool = any(${pools}) or d.pool is null and array_position(${pools}, null) > 0))`;
}
