import type { Message, SendResult, Target } from '../domain/index.js';

/** Brings one message to one place, once. Never throws for what the other side does, and always ends in time. */
export interface Sender {
  send(target: Target, message: Message): Promise<SendResult>;
}
