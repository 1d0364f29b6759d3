import { formatInstant } from '#calendar';
import type { ChargebackManifestWire, FocusManifestWire } from '#contract';
import type { FocusManifest, Manifest, ManifestSum } from '#report';
import { costToApi, unpricedToApi } from './statement-wire.js';

export function manifestToApi(manifest: Manifest): ChargebackManifestWire {
  return { ...fieldsToApi(manifest), unpricedRows: manifest.unpricedRows };
}

export function focusManifestToApi(manifest: FocusManifest): FocusManifestWire {
  const { focusVersion, unpriced, rowsWithoutListPrice } = manifest;
  return { ...fieldsToApi(manifest), focusVersion, unpriced: unpricedToApi(unpriced), rowsWithoutListPrice };
}

function fieldsToApi(manifest: Omit<Manifest, 'unpricedRows'>): Omit<ChargebackManifestWire, 'unpricedRows'> {
  const { file, state, sha256, bytes, rows, account, team, billingPeriod, timeZone, currency } = manifest;
  const { columns, total, parties, policyVersions, priceVersions, start, end, accruedTo } = manifest;
  const sumToApi = (sum: ManifestSum) => ({ rows: sum.rows, ...costToApi(sum, currency) });
  return {
    file,
    state,
    ...{ sha256, bytes, rows, columns: [...columns], account, team, billingPeriod, timeZone },
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
