import { CreateDirectory1793000000000 } from './1793000000000-create-directory.js';
import { CreatePricing1793000001000 } from './1793000001000-create-pricing.js';
import { CreateCostRecord1793000002000 } from './1793000002000-create-cost-record.js';
import { CreateIngest1793000003000 } from './1793000003000-create-ingest.js';
import { CreateMetering1793000004000 } from './1793000004000-create-metering.js';
import { CreateStatement1793000005000 } from './1793000005000-create-statement.js';
import { CreateSharedCost1793000006000 } from './1793000006000-create-shared-cost.js';
import { AddVolumePrices1793000007000 } from './1793000007000-add-volume-prices.js';
import { CreatePriceRules1793000007100 } from './1793000007100-create-price-rules.js';
import { CreateFxRates1793000007200 } from './1793000007200-create-fx-rates.js';
import { AddModalities1793000008000 } from './1793000008000-add-modalities.js';
import { CreateMappingRules1793000009000 } from './1793000009000-create-mapping-rules.js';
import { CreateCommitments1793000010000 } from './1793000010000-create-commitments.js';
import { CreateInvoice1793000011000 } from './1793000011000-create-invoice.js';
import { CreateExportJob1793000012000 } from './1793000012000-create-export-job.js';
import { CreateLedgerCode1793000012100 } from './1793000012100-create-ledger-code.js';
import { CreateLineReview1793000013000 } from './1793000013000-create-line-review.js';
import { CreateCostCenter1793000014000 } from './1793000014000-create-cost-center.js';
import { IndexCorrections1793000015000 } from './1793000015000-index-corrections.js';
import { ShareInvoiceDifferences1793000016000 } from './1793000016000-share-invoice-differences.js';
import { CreateAudit1793000017000 } from './1793000017000-create-audit.js';
import { CreateQuotaCounts1793000018000 } from './1793000018000-create-quota-counts.js';
import { CreateQuotaPoolRate1793000018100 } from './1793000018100-create-quota-pool-rate.js';
import { CreateQuotaDefinitions1793000019000 } from './1793000019000-create-quota-definitions.js';
import { CreateNotification1793000020000 } from './1793000020000-create-notification.js';
import { CreateQuotaGeneration1793000021000 } from './1793000021000-create-quota-generation.js';
import { CreateQuotaFunctions1793000021100 } from './1793000021100-create-quota-functions.js';
import { KeepByCurrentCounts1793000022000 } from './1793000022000-keep-by-current-counts.js';
import { ReserveInFewerSteps1793000023000 } from './1793000023000-reserve-in-fewer-steps.js';

/** Every migration, in the order they run. A new one is added here. */
export const MIGRATIONS = [
  CreateDirectory1793000000000,
  CreatePricing1793000001000,
  CreateCostRecord1793000002000,
  CreateIngest1793000003000,
  CreateMetering1793000004000,
  CreateStatement1793000005000,
  CreateSharedCost1793000006000,
  AddVolumePrices1793000007000,
  CreatePriceRules1793000007100,
  CreateFxRates1793000007200,
  AddModalities1793000008000,
  CreateMappingRules1793000009000,
  CreateCommitments1793000010000,
  CreateInvoice1793000011000,
  CreateExportJob1793000012000,
  CreateLedgerCode1793000012100,
  CreateLineReview1793000013000,
  CreateCostCenter1793000014000,
  IndexCorrections1793000015000,
  ShareInvoiceDifferences1793000016000,
  CreateAudit1793000017000,
  CreateQuotaCounts1793000018000,
  CreateQuotaPoolRate1793000018100,
  CreateQuotaDefinitions1793000019000,
  CreateNotification1793000020000,
  CreateQuotaGeneration1793000021000,
  CreateQuotaFunctions1793000021100,
  KeepByCurrentCounts1793000022000,
  ReserveInFewerSteps1793000023000,
];
