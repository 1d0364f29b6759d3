import type { QuotaOverrideWire, QuotaWire } from '#contract';
import type { TestApp } from '../app.js';

/** An answer as a test looks at it. */
export interface Told<T> {
  readonly status: number;
  readonly etag: string | null;
  readonly body: T & { readonly code?: string; readonly errors?: readonly { pointer: string; code: string }[] };
}

/** What one asks of the definitions of quotas. */
export class QuotaAsker {
  constructor(private readonly app: TestApp) {}

  async ask<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Told<T>> {
    const response = await this.app.request(method, path, body, headers);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: (isJson ? JSON.parse(text) : { text }) as Told<T>['body'],
    };
  }

  put(name: string, body: object, headers: Record<string, string> = {}): Promise<Told<QuotaWire>> {
    return this.ask('PUT', `/v1/quotas/${name}`, body, headers);
  }

  find(name: string): Promise<Told<QuotaWire>> {
    return this.ask('GET', `/v1/quotas/${name}`);
  }

  override(name: string, body: object): Promise<Told<QuotaOverrideWire>> {
    return this.ask('POST', `/v1/quotas/${name}/overrides`, { reason: 'launch', ...body });
  }
}

/** A limit of so many tokens a day for each team. */
export const DAILY = {
  subject: { level: 'team' },
  measure: 'total_tokens',
  window: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Zurich' },
  limit: '500',
  action: 'block',
  reason: 'a start',
} as const;
