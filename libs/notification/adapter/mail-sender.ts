import { createTransport } from 'nodemailer';
import { inTime } from '#calendar';
import { errorText, type SmtpSettings } from '#platform';
import { type Message, mailOf, type SendResult, type Target } from '../domain/index.js';

type MailTarget = Extract<Target, { kind: 'email' }>;

/** With all of them an attempt ends well within its lease. */
const LIMITS = { dnsTimeout: 5_000, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };
/** A server that says a word now and then keeps a connection alive for ever. */
const WHOLE_MS = 30_000;
const ERROR_MAX = 500;

/** Sends by SMTP, all recipients of a channel in one message. */
export class MailSender {
  private readonly transport: ReturnType<typeof transportTo> | undefined;

  constructor(private readonly smtp: SmtpSettings | undefined) {
    this.transport = smtp && transportTo(smtp.url);
  }

  async send({ recipients }: MailTarget, message: Message): Promise<SendResult> {
    if (!this.smtp || !this.transport) return unsent('this process knows no server for e-mail (APPORTION_SMTP_URL)');
    const { from } = this.smtp;
    const mail = mailOf(message, from);
    const headers = { 'Auto-Submitted': 'auto-generated' };
    try {
      const sending = this.transport.sendMail({ ...mail, from, to: [...recipients], headers });
      const { rejected: refused } = await inTime(sending, WHOLE_MS, () => new Error(`not sent within ${WHOLE_MS} ms`));
      const error = refused.length === 0 ? null : `refused: ${refused.join(', ')}`.slice(0, ERROR_MAX);
      return { delivered: true, httpStatus: null, error };
    } catch (error) {
      return unsent(errorText(error).replace(/\s+/g, ' ').slice(0, ERROR_MAX));
    }
  }
}

function transportTo(url: string) {
  return createTransport({ url, ...LIMITS, disableFileAccess: true, disableUrlAccess: true });
}

function unsent(error: string): SendResult {
  return { delivered: false, httpStatus: null, error, gone: false, retryAfterMs: null };
}
