import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { mailOf, slackBody, webhookBody } from './message.js';
import { messageWith } from './testing.js';
import { webhookSecret, webhookSignature } from './webhook-signature.js';

const secret = webhookSecret(new Uint8Array(32).fill(7));
const other = webhookSecret(new Uint8Array(24).fill(9));

describe('a webhook', () => {
  it('has the body of Standard Webhooks', () => {
    expect(JSON.parse(webhookBody(messageWith()))).toEqual({
      type: 'quota.threshold_reached',
      timestamp: '2026-11-20T12:00:00Z',
      data: {
        notificationId: '01900000-0000-7000-8000-000000000002',
        team: 'search',
        title: 'search has used 80 % of its quota',
        text: '800.00 of 1000.00 USD this month.',
        details: { quota: 'q7', used: '800.00', currency: 'USD' },
      },
    });
  });

  it('is signed as the specification computes it by hand', () => {
    const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update('id-1.1600000000.{"a":1}')
      .digest('base64');
    expect(webhookSignature([secret], 'id-1', 1_600_000_000, '{"a":1}')).toBe(`v1,${expected}`);
  });

  it('is believed by whoever knows one of its secrets, and by nobody else', () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const body = webhookBody(messageWith({ title: 'naïve – 80 %' }));
    const headers = (secrets: string[]) => ({
      'webhook-id': 'id-1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': webhookSignature(secrets, 'id-1', timestamp, body),
    });
    const verify = (known: string, secrets: string[], text = body) => new Webhook(known).verify(text, headers(secrets));
    expect(verify(secret, [secret])).toEqual(JSON.parse(body));
    expect(verify(secret, [other, secret])).toEqual(JSON.parse(body));
    expect(verify(other, [other, secret])).toEqual(JSON.parse(body));
    expect(() => verify(other, [secret])).toThrow('No matching signature');
    expect(() => verify(secret, [secret], `${body} `)).toThrow('No matching signature');
  });
});

describe('a message to Slack', () => {
  it('is text, in which names are no signs of Slack’s', () => {
    const message = messageWith({ title: 'team <!channel> & co', text: 'see <https://evil.example|here>' });
    expect(JSON.parse(slackBody(message))).toEqual({
      text: '*team &lt;!channel&gt; &amp; co*\nsee &lt;https://evil.example|here&gt;',
    });
    expect(JSON.parse(slackBody(messageWith({ title: 'short', text: '' })))).toEqual({ text: '*short*' });
  });
});

describe('an e-mail', () => {
  it('says what it is about, under an id that stays the same', () => {
    expect(mailOf(messageWith(), 'Apportion <bills@example.com>')).toEqual({
      subject: 'search has used 80 % of its quota',
      text: '800.00 of 1000.00 USD this month.\n\nTopic: quota.threshold_reached\nTeam: search\nAt: 2026-11-20T12:00:00Z\n',
      messageId: '01900000-0000-7000-8000-000000000001@example.com',
    });
    const { text } = mailOf(messageWith({ text: '', team: null }), 'bills@example.com');
    expect(text).toBe(
      'search has used 80 % of its quota\n\nTopic: quota.threshold_reached\nAt: 2026-11-20T12:00:00Z\n',
    );
  });
});
