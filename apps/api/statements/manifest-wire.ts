import { formatInstant } from '#calendar';
import type { ChargebackManifestWire } from '#contract';
import type { ChargebackManifest, ManifestSum } from '#report';
import { costToApi } from './statement-wire.js';

export function manifestToApi(manifest: ChargebackManifest): ChargebackManifestWire {
  const { state, currency, columns, total, parties, policyVersions, priceVersions, start, end, accruedTo, ...rest } =
    manifest;
  const sumToApi = (sum: ManifestSum) => ({ rows: sum.rows, ...costToApi(sum, currency) });
  return {
    ...rest,
    state,
    columns: [...columns],
    start: formatInstant(start),
    end: formatInstant(end),
    accruedTo: formatInstant(accruedTo),
    currency,
    total: sumToApi(total),
    parties: parties.map((party) => ({ pool: party.pool, provider: party.provider, ...sumToApi(party) })),
    policyVersions: [...policyVersions],
    priceVersions: [...priceVersions],
  };
}
