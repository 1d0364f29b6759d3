import type { Message, SendResult, Target } from '../domain/index.js';
import type { Sender } from '../service/sender.js';
import type { HttpSender } from './http-sender.js';
import type { MailSender } from './mail-sender.js';

/** Sends by whatever way the channel is. */
export class ChannelSender implements Sender {
  constructor(
    private readonly http: HttpSender,
    private readonly mail: MailSender,
  ) {}

  send(target: Target, message: Message): Promise<SendResult> {
    return target.kind === 'email' ? this.mail.send(target, message) : this.http.send(target, message);
  }
}
