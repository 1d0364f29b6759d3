import { Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Logger } from '@nestjs/common';
import { DRAIN_NOTIFICATIONS, type DrainNotifications } from '#notification';
import { NOTIFICATION_QUEUE } from '#notification/nest';
import { errorText } from '#platform';
import { WORKER_OPTIONS } from '#platform/nest';

/** Calls the worker when somebody has told something. What it is stands in the outbox, so a call may be lost or doubled. */
@Processor(NOTIFICATION_QUEUE, WORKER_OPTIONS)
export class NotificationProcessor extends WorkerHost {
  private readonly logger = new Logger('Notification');

  constructor(@Inject(DRAIN_NOTIFICATIONS) private readonly drain: DrainNotifications) {
    super();
  }

  process(): Promise<void> {
    this.drain.run().catch((error: unknown) => this.logger.warn(`could not deliver: ${errorText(error)}`));
    return Promise.resolve();
  }
}
