export * from './domain/index.js';
export { CHANNELS_MAX, type ChannelPage } from './service/channel-store.js';
export { CHANNELS, type ChangeChannelInput, Channels, type CreateChannelInput } from './service/channels.js';
export { DELIVERIES, Deliveries, type DeliveryPage } from './service/deliveries.js';
export { DRAIN_NOTIFICATIONS, DrainNotifications } from './service/drain-notifications.js';
export { NOTIFICATION_OUTBOX, type NotificationOutbox, type OutboxSession } from './service/notification-outbox.js';
export { PURGE_NOTIFICATIONS, PurgeNotifications } from './service/purge-notifications.js';
export { TEST_CHANNEL, TestChannel, type TestedChannel } from './service/test-channel.js';
