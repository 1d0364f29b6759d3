import type { UsageEvent } from '#ingest/domain';

/** An event that has come through the door. */
export function usageEvent(more: Partial<UsageEvent> = {}): UsageEvent {
  const subject = {
    team: 'search',
    project: null,
    apiKey: null,
    user: null,
    provider: null,
    model: 'llama',
    pool: 'h100',
    region: null,
    tier: 'standard',
    status: 'ok',
    ...more.subject,
  };
  return {
    identity: '0'.repeat(32),
    content: '0'.repeat(32),
    source: 'gateway',
    id: 'req',
    occurredAt: Date.UTC(2026, 0, 1) * 1000,
    subjectKey: JSON.stringify(subject),
    tokens: [1, 0, 0, 0, 1, 0],
    inferenceMicros: null,
    prefillMicros: null,
    decodeMicros: null,
    tags: null,
    extras: null,
    reservationId: null,
    ...more,
    subject,
  };
}
