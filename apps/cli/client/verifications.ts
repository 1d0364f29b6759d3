import { type VerificationWire, verificationWire } from '#contract';
import { counted, printable } from '../render/table.js';
import type { ApiClient } from './api-client.js';

/** Has a month recomputed from its raw events. */
export function verifyPeriod(client: ApiClient, period: string): Promise<VerificationWire> {
  return client.request('POST', `/v1/statements/${period}/verifications`, verificationWire);
}

export function agreement({ period, checked, sinceClose }: VerificationWire): string {
  const { events, buckets, lines, pools, providers } = checked;
  const counts = [
    counted(events, 'event'),
    counted(buckets, 'bucket'),
    counted(lines, 'line'),
    counted(pools, 'pool'),
    counted(providers, 'provider'),
  ];
  const agrees = `${period} agrees: ${counts.join(', ')} recomputed from raw events, no difference`;
  if (!sinceClose || sinceClose.lines === 0) return agrees;
  const { lines: changed, billed, currency } = sinceClose;
  return `${agrees}; since it was closed, ${counted(changed, 'line')} would be other, ${billed} ${currency} together`;
}

export function disagreement({ period, firstDifference }: VerificationWire): string {
  if (!firstDifference) return `${period} does not agree`;
  const { what, where, expected, found } = firstDifference;
  return printable(
    `${period} does not agree. First difference: ${what} ${where}: expected ${expected}, found ${found}`,
  );
}
