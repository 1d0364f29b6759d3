/**
 * Of an account (`$1`) and an instant (`$2`) the versions of quotas that could hold then or later: `ended` is the version that
 * withdrew the quota last, and those before it do not.
 */
export const DATED_VERSIONS = `
  select v.*, coalesce(max(v.version) filter (where v.withdrawn and v.valid_from <= $2) over (partition by v.quota), 0) as ended
  from quota_version v where v.account_id = $1 and v.valid_from is not null`;

/** Those in force at `$2`, withdrawals among them. */
export const HOLDING_VERSIONS = `
  select distinct on (quota) * from (${DATED_VERSIONS}) dated
  where valid_from <= $2 and version >= ended
  order by quota, valid_from desc, version desc`;

/** Latest versions of the account's overrides. */
export const LATEST_OVERRIDES = `
  select distinct on (override_id) * from quota_override where account_id = $1 order by override_id, version desc`;
