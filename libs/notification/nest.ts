import { lookup } from 'node:dns/promises';
import { Logger, Module } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Clock } from '#calendar';
import { CLOCK, ENVIRONMENT, type Environment, errorText, METRICS, QUEUE, type QueuePort, UUIDV7 } from '#platform';
import { ChannelSender } from './adapter/channel-sender.js';
import { CheckedLookup } from './adapter/checked-lookup.js';
import { observeDeliveries } from './adapter/delivery-gauges.js';
import { HttpSender, POST_LIMITS } from './adapter/http-sender.js';
import { MailSender } from './adapter/mail-sender.js';
import { SqlChannelStore } from './adapter/sql-channel-store.js';
import { SqlDeliveryLog } from './adapter/sql-delivery-log.js';
import { SqlDeliveryWork } from './adapter/sql-delivery-work.js';
import { SqlNotificationOutbox } from './adapter/sql-notification-outbox.js';
import { CHANNELS, Channels } from './service/channels.js';
import { DeliverNotifications } from './service/deliver-notifications.js';
import { DELIVERIES, Deliveries } from './service/deliveries.js';
import type { DeliveryWorkStore } from './service/delivery-work-store.js';
import { DRAIN_NOTIFICATIONS, DrainNotifications } from './service/drain-notifications.js';
import { NOTIFICATION_OUTBOX } from './service/notification-outbox.js';
import { PURGE_NOTIFICATIONS, PurgeNotifications } from './service/purge-notifications.js';
import { TEST_CHANNEL, TestChannel } from './service/test-channel.js';

/** The queue that the worker of notifications listens to. */
export const NOTIFICATION_QUEUE = 'notification';

/** Calls a worker. */
type Wake = () => void;
const WAKE = Symbol('WakeNotifications');
const WORK_STORE = Symbol('DeliveryWorkStore');

@Module({
  providers: [
    { provide: WAKE, useFactory: createWake, inject: [QUEUE] },
    {
      provide: NOTIFICATION_OUTBOX,
      useFactory: (newId: () => string, clock: Clock, wake: Wake) => new SqlNotificationOutbox(newId, clock, wake),
      inject: [UUIDV7, CLOCK, WAKE],
    },
    { provide: WORK_STORE, useFactory: createWorkStore, inject: [DataSource, UUIDV7, METRICS, CLOCK] },
    {
      provide: CheckedLookup,
      useFactory: ({ notifyAllowPrivate }: Environment) =>
        new CheckedLookup((host) => lookup(host, { all: true }), notifyAllowPrivate),
      inject: [ENVIRONMENT],
    },
    {
      provide: DeliverNotifications,
      useFactory: createDeliver,
      inject: [WORK_STORE, DataSource, CheckedLookup, CLOCK, ENVIRONMENT],
    },
    {
      provide: DRAIN_NOTIFICATIONS,
      useFactory: (deliver: DeliverNotifications) => new DrainNotifications(deliver),
      inject: [DeliverNotifications],
    },
    {
      provide: PURGE_NOTIFICATIONS,
      useFactory: (store: DeliveryWorkStore, clock: Clock) => new PurgeNotifications(store, clock),
      inject: [WORK_STORE, CLOCK],
    },
    {
      provide: CHANNELS,
      useFactory: (db: DataSource, guard: CheckedLookup, clock: Clock, { notifyAllowPrivate, smtp }: Environment) =>
        new Channels(new SqlChannelStore(db), guard, clock, {
          allowPrivate: notifyAllowPrivate,
          sendsMail: smtp !== undefined,
        }),
      inject: [DataSource, CheckedLookup, CLOCK, ENVIRONMENT],
    },
    {
      provide: TEST_CHANNEL,
      useFactory: (store: DeliveryWorkStore, deliver: DeliverNotifications, newId: () => string, clock: Clock) =>
        new TestChannel(store, deliver, newId, clock),
      inject: [WORK_STORE, DeliverNotifications, UUIDV7, CLOCK],
    },
    {
      provide: DELIVERIES,
      useFactory: (db: DataSource, clock: Clock, wake: Wake) => new Deliveries(new SqlDeliveryLog(db), clock, wake),
      inject: [DataSource, CLOCK, WAKE],
    },
  ],
  exports: [CHANNELS, DELIVERIES, DRAIN_NOTIFICATIONS, NOTIFICATION_OUTBOX, PURGE_NOTIFICATIONS, TEST_CHANNEL],
})
export class NotificationModule {}

function createWake(queue: QueuePort): Wake {
  const logger = new Logger('Notification');
  return () => {
    queue
      .enqueue(NOTIFICATION_QUEUE, [{ name: 'deliver', payload: {} }])
      .catch((error: unknown) =>
        logger.debug(`the worker was not told, the sweeper will find it: ${errorText(error)}`),
      );
  };
}

function createWorkStore(db: DataSource, newId: () => string, registry: Registry, clock: Clock): DeliveryWorkStore {
  const store = new SqlDeliveryWork(db, newId);
  observeDeliveries(registry, store, clock);
  return store;
}

function createDeliver(
  store: DeliveryWorkStore,
  db: DataSource,
  guard: CheckedLookup,
  clock: Clock,
  { notifyAllowPrivate, smtp }: Environment,
): DeliverNotifications {
  const http = new HttpSender(guard, clock, { allowPrivate: notifyAllowPrivate, limits: POST_LIMITS });
  const sender = new ChannelSender(http, new MailSender(smtp));
  return new DeliverNotifications(store, new SqlChannelStore(db), sender, clock, () => Math.random());
}
