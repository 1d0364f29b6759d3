import type { TestApp } from './app.js';

/** A native event that nothing is wrong with. */
export function usageEvent(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    source: 'gateway-eu',
    id,
    occurredAt: '2026-11-01T12:00:00.123Z',
    team: 'search',
    model: 'llama-3.3-70b',
    pool: 'h100-east',
    tokens: { inputUncached: 1200, cacheRead: 800, output: 350 },
    ...more,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Sends a body to `POST /v1/events`. */
export async function send(
  app: Pick<TestApp, 'request'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return read(await app.request('POST', '/v1/events', body, { 'content-type': 'application/json', ...headers }));
}

/** The same, and waits until the worker is done with it. */
export function sendAndWait(
  app: Pick<TestApp, 'request'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(app, body, { prefer: 'wait=30', ...headers });
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof body !== 'object' || body === null) throw new Error(`not an object: ${text}`);
  return { status: response.status, headers: response.headers, body: { ...body } };
}
