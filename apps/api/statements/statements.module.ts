import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { ReportModule } from '#report/nest';
import { StatementModule } from '#statement/nest';
import { SPOOL, type Spool } from '../spool/spool.js';
import { SpoolModule } from '../spool/spool.module.js';
import { BinaryFilesController } from './binary-files.controller.js';
import { ChargesController } from './charges.controller.js';
import { ClosesController } from './closes.controller.js';
import { FilesController } from './files.controller.js';
import { JournalFileController } from './journal-file.controller.js';
import { LedgerAccountsController } from './ledger-accounts.controller.js';
import { ReconciliationsController } from './reconciliations.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { SEND_FILE, SendFile } from './send-file.js';
import { StatementsController } from './statements.controller.js';

@Module({
  imports: [StatementModule, ReportModule, DirectoryModule, SpoolModule],
  controllers: [
    ChargesController,
    StatementsController,
    ClosesController,
    FilesController,
    BinaryFilesController,
    JournalFileController,
    LedgerAccountsController,
    ReviewsController,
    ReconciliationsController,
  ],
  providers: [{ provide: SEND_FILE, useFactory: (spool: Spool) => new SendFile(spool), inject: [SPOOL] }],
})
export class StatementsModule {}
