import { Module } from '@nestjs/common';
import { QuotaModule as QuotaStageModule } from '#quota/nest';
import { ExtAuthzController } from './ext-authz.controller.js';
import { QuotaDryRunsController } from './quota-dry-runs.controller.js';
import { QuotaVerificationsController } from './quota-verifications.controller.js';
import { ReservationsController } from './reservations.controller.js';

@Module({
  imports: [QuotaStageModule],
  controllers: [ExtAuthzController, QuotaDryRunsController, QuotaVerificationsController, ReservationsController],
})
export class QuotaModule {}
