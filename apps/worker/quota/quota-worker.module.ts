import { Module } from '@nestjs/common';
import { QuotaModule } from '#quota/nest';
import { QuotaSweeper } from './quota-sweeper.js';

@Module({ imports: [QuotaModule], providers: [QuotaSweeper] })
export class QuotaWorkerModule {}
