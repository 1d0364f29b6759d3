import { formatInstant } from '#calendar';
import type { ChargebackManifestWire, FocusManifestWire, JournalManifestWire, SummaryManifestWire } from '#contract';
import { formatMinor } from '#money';
import type { FocusManifest, JournalManifest, Manifest, ManifestSum, SummaryManifest } from '#report';
import { costToApi, poolCostsToApi, unpricedToApi } from './statement-wire.js';

export function manifestToApi(manifest: Manifest): ChargebackManifestWire {
  return { ...fieldsToApi(manifest), unpricedRows: manifest.unpricedRows };
}

export function summaryManifestToApi(manifest: SummaryManifest): SummaryManifestWire {
  const { lines, unpriced } = manifest;
  return { ...fieldsToApi(manifest), lines, unpriced: unpricedToApi(unpriced) };
}

export function focusManifestToApi(manifest: FocusManifest): FocusManifestWire {
  const { focusVersion, leftOut, rowsWithoutListPrice } = manifest;
  return { ...fieldsToApi(manifest), focusVersion, unpriced: unpricedToApi(leftOut), rowsWithoutListPrice };
}

export function journalManifestToApi(manifest: JournalManifest): JournalManifestWire {
  const { columns, closedAt, currency, debits, credits, unmappedAccounts, unmappedCostCenters, ...rest } = manifest;
  return {
    ...rest,
    columns: [...columns],
    closedAt: formatInstant(closedAt),
    currency,
    debits: formatMinor(debits, currency),
    credits: formatMinor(credits, currency),
    unmappedAccounts: [...unmappedAccounts],
    unmappedCostCenters: [...unmappedCostCenters],
  };
}

type Fields = Omit<Manifest, 'unpricedRows' | 'leftOut' | 'rowsWithoutListPrice'>;

function fieldsToApi(manifest: Fields): Omit<ChargebackManifestWire, 'unpricedRows'> {
  const { file, state, sha256, bytes, rows, account, team, billingPeriod, timeZone, currency } = manifest;
  const { columns, total, parties, pools, policyVersions, priceVersions, start, end, accruedTo } = manifest;
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
    pools: pools.map(({ pool, ...costs }) => ({ pool, ...poolCostsToApi(costs) })),
    policyVersions: [...policyVersions],
    priceVersions: [...priceVersions],
  };
}
