import { Module } from '@nestjs/common';
import { InvoiceModule } from '#invoice/nest';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { InvoicesController } from './invoices.controller.js';
import { ReconciliationRulesController } from './reconciliation-rules.controller.js';

@Module({
  imports: [InvoiceModule, CsvBodyModule],
  controllers: [InvoicesController, ReconciliationRulesController],
})
export class InvoicesModule {}
