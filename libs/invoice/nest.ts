import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { ACCOUNT_READER, type AccountReader } from '#directory';
import { DirectoryModule } from '#directory/nest';
import { CLOCK, UUIDV7 } from '#platform';
import { SqlInvoiceReader } from './adapter/sql-invoice-reader.js';
import { SqlInvoiceStore } from './adapter/sql-invoice-store.js';
import { SqlReconciliationRuleStore } from './adapter/sql-reconciliation-rule-store.js';
import { IMPORT_INVOICES, ImportInvoices } from './service/import-invoices.js';
import { INVOICE_READER } from './service/invoice-reader.js';
import type { InvoiceStore } from './service/invoice-store.js';
import { INVOICES, Invoices } from './service/invoices.js';
import { RECONCILIATION_RULES, ReconciliationRules } from './service/reconciliation-rules.js';

const INVOICE_STORE = Symbol('InvoiceStore');

@Module({
  imports: [DirectoryModule],
  providers: [
    {
      provide: INVOICE_STORE,
      useFactory: (db: DataSource, newId: () => string) => new SqlInvoiceStore(db, newId),
      inject: [DataSource, UUIDV7],
    },
    { provide: INVOICE_READER, useFactory: (db: DataSource) => new SqlInvoiceReader(db), inject: [DataSource] },
    {
      provide: INVOICES,
      useFactory: (store: InvoiceStore, clock: Clock) => new Invoices(store, clock),
      inject: [INVOICE_STORE, CLOCK],
    },
    {
      provide: IMPORT_INVOICES,
      useFactory: (store: InvoiceStore, accounts: AccountReader, clock: Clock) =>
        new ImportInvoices(store, accounts, clock),
      inject: [INVOICE_STORE, ACCOUNT_READER, CLOCK],
    },
    {
      provide: RECONCILIATION_RULES,
      useFactory: (db: DataSource, accounts: AccountReader, clock: Clock) =>
        new ReconciliationRules(new SqlReconciliationRuleStore(db), accounts, clock),
      inject: [DataSource, ACCOUNT_READER, CLOCK],
    },
  ],
  exports: [INVOICE_READER, INVOICES, IMPORT_INVOICES, RECONCILIATION_RULES],
})
export class InvoiceModule {}
