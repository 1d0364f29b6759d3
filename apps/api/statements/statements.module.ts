import { Module } from '@nestjs/common';
import { ReportModule } from '#report/nest';
import { StatementModule } from '#statement/nest';
import { FocusController } from './focus.controller.js';
import { StatementsController } from './statements.controller.js';

@Module({ imports: [StatementModule, ReportModule], controllers: [StatementsController, FocusController] })
export class StatementsModule {}
