import type { Charge } from '#rating/domain';
import type { LineFields } from './line.js';

/** The line that a charge stands on. `costCenter` is that of the charge's dimension or bearer at its time. */
export function lineOfCharge(charge: Charge, costCenter: string | null, platformTeam: string): LineFields {
  const { kind, dimension, bearer, pool, tokenClass, unit, origin } = charge;
  const { team, project, model, provider } = dimension ?? {
    team: bearer ?? platformTeam,
    project: null,
    model: null,
    provider: null,
  };
  const modality = tokenClass === null ? null : (dimension?.modality ?? null);
  return { team, costCenter, project, model, provider, pool, kind, tokenClass, modality, unit, ...origin };
}
