import { Module } from '@nestjs/common';
import { InvoiceModule } from '#invoice/nest';
import { SPOOL, type Spool } from '../spool/spool.js';
import { SpoolModule } from '../spool/spool.module.js';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { InvoicesController } from './invoices.controller.js';
import { RECEIVE_INVOICES, ReceiveInvoices } from './receive-invoices.js';
import { ReconciliationRulesController } from './reconciliation-rules.controller.js';

@Module({
  imports: [InvoiceModule, CsvBodyModule, SpoolModule],
  controllers: [InvoicesController, ReconciliationRulesController],
  providers: [{ provide: RECEIVE_INVOICES, useFactory: (spool: Spool) => new ReceiveInvoices(spool), inject: [SPOOL] }],
})
export class InvoicesModule {}
