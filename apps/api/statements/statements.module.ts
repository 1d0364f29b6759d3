import { Module } from '@nestjs/common';
import { ReportModule } from '#report/nest';
import { StatementModule } from '#statement/nest';
import { StatementsController } from './statements.controller.js';

@Module({ imports: [StatementModule, ReportModule], controllers: [StatementsController] })
export class StatementsModule {}
