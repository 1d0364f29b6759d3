import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** A secret of Standard Webhooks, of random bytes (24 to 64 of them). */
export function webhookSecret(random: Uint8Array): string {
  return `${PREFIX}${Buffer.from(random).toString('base64')}`;
}

/**
 * The `webhook-signature` of Standard Webhooks: a signature with each secret, so that a receiver that knows one of them can tell that
 * it was us. `timestamp` is in whole seconds.
 */
export function webhookSignature(secrets: readonly string[], id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    })
    .join(' ');
}
