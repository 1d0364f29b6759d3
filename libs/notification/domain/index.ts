export { CHANNEL_KINDS, type Channel, type ChannelKind, receives, type Target } from './channel.js';
export { parseChannelUrl, shownUrl } from './channel-url.js';
export {
  ATTEMPT_OUTCOMES,
  type Attempt,
  type AttemptOutcome,
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  type SendResult,
} from './delivery.js';
export { isMailAddress } from './mail-address.js';
export { type Mail, type Message, mailOf, slackBody, webhookBody } from './message.js';
export { fitted, isTopic, type Notification, TEST_TOPIC } from './notification.js';
export { ATTEMPTS_MAX, parseRetryAfter, retryDelayMs } from './retry-schedule.js';
export { webhookSecret, webhookSignature } from './webhook-signature.js';
