import { Module } from '@nestjs/common';
import { QuotaModule as QuotaStageModule } from '#quota/nest';
import { ReservationsController } from './reservations.controller.js';

@Module({ imports: [QuotaStageModule], controllers: [ReservationsController] })
export class QuotaModule {}
