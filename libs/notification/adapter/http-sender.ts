import type { Clock } from '#calendar';
import { errorText } from '#platform';
import {
  type Message,
  parseChannelUrl,
  parseRetryAfter,
  type SendResult,
  slackBody,
  type Target,
  webhookBody,
  webhookSignature,
} from '../domain/index.js';
import type { CheckedLookup } from './checked-lookup.js';
import { type PostAnswer, type PostLimits, postJson } from './post-json.js';

type HttpTarget = Exclude<Target, { kind: 'email' }>;

export const POST_LIMITS: PostLimits = { connectMs: 5_000, wholeMs: 15_000, answerBytes: 4_096 };
/** Characters of an answer that are kept with the attempt. */
const SAID_MAX = 200;

/** Sends to webhooks and to Slack. */
export class HttpSender {
  constructor(
    private readonly guard: CheckedLookup,
    private readonly clock: Clock,
    private readonly settings: { readonly allowPrivate: boolean; readonly limits: PostLimits },
  ) {}

  async send(target: HttpTarget, message: Message): Promise<SendResult> {
    const url = parseChannelUrl(target.url, { allowHttp: this.settings.allowPrivate });
    // What was taken when the channel was made may be refused now.
    const fault = 'fault' in url ? url.fault : this.guard.refusal(url);
    if ('fault' in url || fault !== undefined) return unsent(`the URL ${fault ?? 'is refused'}`);
    try {
      const { lookup } = this.guard;
      return this.resultOf(
        await postJson({ url, ...this.contentOf(target, message), lookup, limits: this.settings.limits }),
      );
    } catch (error) {
      return unsent(errorText(error));
    }
  }

  private contentOf(target: HttpTarget, message: Message) {
    const agent = { 'user-agent': 'Apportion' };
    if (target.kind === 'slack') return { headers: agent, body: slackBody(message) };
    const body = webhookBody(message);
    const timestamp = Math.floor(this.clock.now() / 1000);
    const signature = webhookSignature(target.secrets, message.deliveryId, timestamp, body);
    const signed = {
      'webhook-id': message.deliveryId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    return { headers: { ...agent, ...signed }, body };
  }

  private resultOf({ status, retryAfter, body }: PostAnswer): SendResult {
    if (status >= 200 && status < 300) return { delivered: true, httpStatus: status, error: null };
    const said = body.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
    const more = status >= 300 && status < 400 ? 'redirects are not followed' : said.slice(0, SAID_MAX);
    return {
      delivered: false,
      httpStatus: status,
      error: more === '' ? `answered ${status}` : `answered ${status}: ${more}`,
      gone: status === 410,
      retryAfterMs: parseRetryAfter(retryAfter, this.clock.now()),
    };
  }
}

function unsent(error: string): SendResult {
  return { delivered: false, httpStatus: null, error, gone: false, retryAfterMs: null };
}
