import { Module } from '@nestjs/common';
import { NotificationModule } from '#notification/nest';
import { NotificationProcessor } from './notification.processor.js';
import { NotificationSweeper } from './notification-sweeper.js';

@Module({ imports: [NotificationModule], providers: [NotificationProcessor, NotificationSweeper] })
export class NotificationWorkerModule {}
