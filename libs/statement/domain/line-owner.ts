import type { BillInputs } from './bill-inputs.js';
import type { LineFields } from './line.js';

/** Who a line is of, as closely as is known. */
export type LineOwner = Pick<LineFields, 'team' | 'costCenter' | 'project' | 'model' | 'provider'>;

/** Unique for an owner. */
export function ownerKey({ team, costCenter, project, model, provider }: LineOwner): string {
  return JSON.stringify([team, costCenter, project, model, provider]);
}

/** Who bears what is nobody's. */
export function platformOwner({ account }: Pick<BillInputs, 'account'>): LineOwner {
  return { team: account.platformTeam, costCenter: null, project: null, model: null, provider: null };
}

/** A team as a whole, under the cost centre that it has as the billing period ends. */
export function teamOwner(team: string, { owners, period }: Pick<BillInputs, 'owners' | 'period'>): LineOwner {
  const costCenter = owners.costCenterOf({ team, costCenter: null }, period.end - 1);
  return { team, costCenter, project: null, model: null, provider: null };
}
