import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import {
  POOL_COST_READER,
  POOLS,
  type PoolCostReader,
  type Pools,
  SHARED_COST_READER,
  SHARED_POOLS,
  type SharedCostReader,
  type SharedPools,
} from '#cost-record';
import { CostRecordModule } from '#cost-record/nest';
import {
  ACCOUNT_READER,
  type AccountReader,
  COST_CENTER_READER,
  type CostCenterReader,
  MAPPING_RULE_READER,
  MAPPING_RULES,
  type MappingRuleReader,
  type MappingRules,
  TEAM_READER,
  type TeamReader,
} from '#directory';
import { DirectoryModule } from '#directory/nest';
import { INVOICE_READER, type InvoiceReader } from '#invoice';
import { InvoiceModule } from '#invoice/nest';
import {
  METERED_USAGE_READER,
  type MeteredUsageReader,
  UNIT_USAGE_READER,
  type UnitUsageReader,
  USAGE_BLOCK_READER,
  USAGE_EVENT_READER,
  USAGE_SNAPSHOTS,
  type UsageBlockReader,
  type UsageEventReader,
  type UsageSnapshots,
} from '#metering';
import { MeteringModule } from '#metering/nest';
import { CLOCK } from '#platform';
import { PRICE_SOURCES, type PriceSources } from '#pricing';
import { PricingModule } from '#pricing/nest';
import { SqlCloseStore } from './adapter/sql-close-store.js';
import { SqlIntakeReader } from './adapter/sql-intake-reader.js';
import { SqlReviewStore } from './adapter/sql-review-store.js';
import { CLOSE_PERIOD, ClosePeriod } from './service/close-period.js';
import { CLOSE_STORE, type CloseStore } from './service/close-store.js';
import { CLOSED_PERIODS, ClosedPeriods } from './service/closed-periods.js';
import { DRAFT_PERIOD, DraftPeriod } from './service/draft-period.js';
import { EXPLAIN_LINE, ExplainLine } from './service/explain-line.js';
import { EXPLORE_PERIOD, ExplorePeriod } from './service/explore-period.js';
import { FindLine } from './service/find-line.js';
import { IntakeGate } from './service/intake-gate.js';
import { INTAKE_READER, type IntakeReader } from './service/intake-reader.js';
import { LIST_LINE_EVENTS, ListLineEvents } from './service/list-line-events.js';
import { type BillSources, LoadBillInputs } from './service/load-bill-inputs.js';
import { OPEN_PERIOD, OpenPeriod } from './service/open-period.js';
import { PREVIEW_MAPPING, PreviewMapping } from './service/preview-mapping.js';
import { PREVIEW_POLICY, PreviewPolicy } from './service/preview-policy.js';
import { RECONCILE_PERIOD, ReconcilePeriod } from './service/reconcile-period.js';
import { REVIEW_LINES, ReviewLines } from './service/review-lines.js';
import { REVIEW_STORE, type ReviewStore } from './service/review-store.js';
import { VERIFY_PERIOD, VerifyPeriod } from './service/verify-period.js';

const FIND_LINE = Symbol('FindLine');
const LOAD_BILL_INPUTS = Symbol('LoadBillInputs');

/** What a bill is gathered from, in the order in which it is injected. */
const BILL_SOURCES = Symbol('BillSources');
type Readers = [
  AccountReader,
  TeamReader,
  CostCenterReader,
  MappingRuleReader,
  PoolCostReader,
  PriceSources,
  SharedCostReader,
  InvoiceReader,
];

@Module({
  imports: [DirectoryModule, PricingModule, CostRecordModule, InvoiceModule, MeteringModule],
  providers: [
    { provide: CLOSE_STORE, useFactory: (db: DataSource) => new SqlCloseStore(db), inject: [DataSource] },
    { provide: REVIEW_STORE, useFactory: (db: DataSource) => new SqlReviewStore(db), inject: [DataSource] },
    { provide: INTAKE_READER, useFactory: (db: DataSource) => new SqlIntakeReader(db), inject: [DataSource] },
    {
      provide: BILL_SOURCES,
      useFactory: (
        ...[accounts, teams, costCenters, mappingRules, pools, pricing, sharedCosts, invoices]: Readers
      ): BillSources => {
        return { accounts, teams, costCenters, mappingRules, pools, ...pricing, sharedCosts, invoices };
      },
      inject: [
        ACCOUNT_READER,
        TEAM_READER,
        COST_CENTER_READER,
        MAPPING_RULE_READER,
        POOL_COST_READER,
        PRICE_SOURCES,
        SHARED_COST_READER,
        INVOICE_READER,
      ],
    },
    {
      provide: LOAD_BILL_INPUTS,
      useFactory: (sources: BillSources, clock: Clock) => new LoadBillInputs(sources, clock),
      inject: [BILL_SOURCES, CLOCK],
    },
    {
      provide: DRAFT_PERIOD,
      useFactory: (blocks: UsageBlockReader, usage: MeteredUsageReader, units: UnitUsageReader) =>
        new DraftPeriod(blocks, usage, units),
      inject: [USAGE_BLOCK_READER, METERED_USAGE_READER, UNIT_USAGE_READER],
    },
    {
      provide: OPEN_PERIOD,
      useFactory: (
        inputs: LoadBillInputs,
        drafts: DraftPeriod,
        closes: CloseStore,
        intake: IntakeReader,
        snapshots: UsageSnapshots,
      ) => new OpenPeriod(inputs, drafts, closes, intake, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, CLOSE_STORE, INTAKE_READER, USAGE_SNAPSHOTS],
    },
    {
      provide: EXPLORE_PERIOD,
      useFactory: (inputs: LoadBillInputs, drafts: DraftPeriod, snapshots: UsageSnapshots) =>
        new ExplorePeriod(inputs, drafts, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, USAGE_SNAPSHOTS],
    },
    {
      provide: PREVIEW_MAPPING,
      useFactory: (inputs: LoadBillInputs, drafts: DraftPeriod, rules: MappingRules, snapshots: UsageSnapshots) =>
        new PreviewMapping(inputs, drafts, rules, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, MAPPING_RULES, USAGE_SNAPSHOTS],
    },
    {
      provide: PREVIEW_POLICY,
      useFactory: (
        inputs: LoadBillInputs,
        drafts: DraftPeriod,
        ...[pools, sharedPools, snapshots]: [Pools, SharedPools, UsageSnapshots]
      ) => new PreviewPolicy(inputs, drafts, pools, sharedPools, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, POOLS, SHARED_POOLS, USAGE_SNAPSHOTS],
    },
    {
      provide: VERIFY_PERIOD,
      useFactory: (
        inputs: LoadBillInputs,
        drafts: DraftPeriod,
        usage: MeteredUsageReader,
        intake: IntakeReader,
        snapshots: UsageSnapshots,
        closes: CloseStore,
      ) => new VerifyPeriod(inputs, drafts, usage, new IntakeGate(intake), snapshots, closes),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, METERED_USAGE_READER, INTAKE_READER, USAGE_SNAPSHOTS, CLOSE_STORE],
    },
    {
      provide: FIND_LINE,
      useFactory: (
        inputs: LoadBillInputs,
        drafts: DraftPeriod,
        open: OpenPeriod,
        snapshots: UsageSnapshots,
        closes: CloseStore,
      ) => new FindLine(inputs, drafts, open, snapshots, closes),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, OPEN_PERIOD, USAGE_SNAPSHOTS, CLOSE_STORE],
    },
    {
      provide: EXPLAIN_LINE,
      useFactory: (lines: FindLine, usage: MeteredUsageReader, units: UnitUsageReader, closes: CloseStore) =>
        new ExplainLine(lines, { usage, units }, closes),
      inject: [FIND_LINE, METERED_USAGE_READER, UNIT_USAGE_READER, CLOSE_STORE],
    },
    {
      provide: LIST_LINE_EVENTS,
      useFactory: (
        lines: FindLine,
        usage: MeteredUsageReader,
        units: UnitUsageReader,
        events: UsageEventReader,
        closes: CloseStore,
      ) => new ListLineEvents(lines, { usage, units, events }, closes),
      inject: [FIND_LINE, METERED_USAGE_READER, UNIT_USAGE_READER, USAGE_EVENT_READER, CLOSE_STORE],
    },
    {
      provide: REVIEW_LINES,
      useFactory: (lines: FindLine, reviews: ReviewStore, clock: Clock) => new ReviewLines(lines, reviews, clock),
      inject: [FIND_LINE, REVIEW_STORE, CLOCK],
    },
    {
      provide: CLOSE_PERIOD,
      useFactory: (
        inputs: LoadBillInputs,
        open: OpenPeriod,
        ...[intake, disputes, snapshots, closes, clock]: [IntakeReader, ReviewStore, UsageSnapshots, CloseStore, Clock]
      ) => new ClosePeriod(inputs, open, { intake, disputes }, snapshots, closes, clock),
      inject: [LOAD_BILL_INPUTS, OPEN_PERIOD, INTAKE_READER, REVIEW_STORE, USAGE_SNAPSHOTS, CLOSE_STORE, CLOCK],
    },
    {
      provide: CLOSED_PERIODS,
      useFactory: (closes: CloseStore, open: OpenPeriod, clock: Clock) => new ClosedPeriods(closes, open, clock),
      inject: [CLOSE_STORE, OPEN_PERIOD, CLOCK],
    },
    {
      provide: RECONCILE_PERIOD,
      useFactory: (inputs: LoadBillInputs, drafts: DraftPeriod, closes: CloseStore, snapshots: UsageSnapshots) =>
        new ReconcilePeriod(inputs, drafts, closes, snapshots),
      inject: [LOAD_BILL_INPUTS, DRAFT_PERIOD, CLOSE_STORE, USAGE_SNAPSHOTS],
    },
  ],
  exports: [
    CLOSE_PERIOD,
    CLOSED_PERIODS,
    EXPLAIN_LINE,
    EXPLORE_PERIOD,
    LIST_LINE_EVENTS,
    PREVIEW_MAPPING,
    PREVIEW_POLICY,
    RECONCILE_PERIOD,
    REVIEW_LINES,
    VERIFY_PERIOD,
  ],
})
export class StatementModule {}
