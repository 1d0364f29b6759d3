import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { ReportModule } from '#report/nest';
import { StatementModule } from '#statement/nest';
import { ClosesController } from './closes.controller.js';
import { FocusController } from './focus.controller.js';
import { StatementsController } from './statements.controller.js';

@Module({
  imports: [StatementModule, ReportModule, DirectoryModule],
  controllers: [StatementsController, ClosesController, FocusController],
})
export class StatementsModule {}
