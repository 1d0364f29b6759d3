import { Module } from '@nestjs/common';
import { QuotaModule as QuotaStageModule } from '#quota/nest';
import { ExtAuthzController } from './ext-authz.controller.js';
import { QuotaVerificationsController } from './quota-verifications.controller.js';
import { ReservationsController } from './reservations.controller.js';

@Module({
  imports: [QuotaStageModule],
  controllers: [ExtAuthzController, QuotaVerificationsController, ReservationsController],
})
export class QuotaModule {}
