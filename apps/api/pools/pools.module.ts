import { Module } from '@nestjs/common';
import { CostRecordModule } from '#cost-record/nest';
import { PoolsController } from './pools.controller.js';

@Module({ imports: [CostRecordModule], controllers: [PoolsController] })
export class PoolsModule {}
