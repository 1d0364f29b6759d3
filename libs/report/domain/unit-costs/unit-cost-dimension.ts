/** By what unit costs are told apart. `day` and `hour` are those of the account's zone. */
export const UNIT_COST_DIMENSIONS = [
  'model',
  'provider',
  'pool',
  'team',
  'project',
  'cost_center',
  'tier',
  'region',
  'day',
  'hour',
] as const;
export type UnitCostDimension = (typeof UNIT_COST_DIMENSIONS)[number];

/** A value for each dimension asked for; null: none. Days and hours are instants. */
export type UnitCostGroup = Readonly<Partial<Record<UnitCostDimension, string | null>>>;
