import { Module } from '@nestjs/common';
import { NotificationModule } from '#notification/nest';
import { ChannelsController } from './channels.controller.js';
import { DeliveriesController } from './deliveries.controller.js';

@Module({ imports: [NotificationModule], controllers: [ChannelsController, DeliveriesController] })
export class NotificationsModule {}
