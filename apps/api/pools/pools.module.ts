import { Module } from '@nestjs/common';
import { CostRecordModule } from '#cost-record/nest';
import { StatementModule } from '#statement/nest';
import { PolicyPreviewsController } from './policy-previews.controller.js';
import { PoolsController } from './pools.controller.js';

@Module({ imports: [CostRecordModule, StatementModule], controllers: [PoolsController, PolicyPreviewsController] })
export class PoolsModule {}
