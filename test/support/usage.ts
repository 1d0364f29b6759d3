import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from '#platform';

/** A native event as a test sends it. */
export interface UsageEvent {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: string;
  readonly team: string;
  readonly model: string;
  readonly pool: string;
  readonly project?: string;
  readonly tokens: Readonly<Record<string, number>>;
}

const TRACES = process.env.APPORTION_TEST_TRACES ?? join(cloneFolder(), '../shared/data/traces');
const traceFile = (name: string): string => join(TRACES, `AzureLLMInferenceTrace_${name}.csv`);

/** Whether the two Azure traces lie where tests look for them; says so where they do not. */
export function azureTracesPresent(): boolean {
  const present = ['code', 'conv'].every((name) => existsSync(traceFile(name)));
  if (!present) console.warn(`skipped: no Azure traces in ${TRACES} (set APPORTION_TEST_TRACES)`);
  return present;
}

/** The requests of one of the two published traces of the Azure LLM inference service, as a team's use of a pool. */
export function azureTrace(name: 'code' | 'conv', pool: string): UsageEvent[] {
  const lines = readFileSync(traceFile(name), 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line, i) => {
    const [timestamp = '', input = '', output = ''] = line.split(',');
    return {
      source: `azure-trace-${name}`,
      id: `${name}-${i}`,
      occurredAt: `${timestamp.replace(' ', 'T')}Z`,
      team: name,
      model: 'llama-3.3-70b',
      pool,
      tokens: { inputUncached: Number(input), output: Number(output) },
    };
  });
}

export interface MadeUpTraffic {
  readonly pool: string;
  readonly count: number;
  /** The events lie evenly in [from, to). */
  readonly from: number;
  readonly to: number;
  readonly teams: readonly string[];
  /** Told apart from other traffic by it. */
  readonly source?: string;
  /** Number of the first event, for traffic that goes on where other traffic ended. */
  readonly first?: number;
}

/** Traffic that is the same each time: every team, three models, all token classes, numbers that divide badly. */
export function madeUpTraffic({
  pool,
  count,
  from,
  to,
  teams,
  source = 'gateway',
  first = 0,
}: MadeUpTraffic): UsageEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    return {
      source,
      id: `req-${n}`,
      occurredAt: new Date(from + Math.floor((i * (to - from)) / count)).toISOString(),
      team: teams[(n * 7) % teams.length] ?? '',
      model: ['llama-3.3-70b', 'qwen3-32b', 'mistral-small'][n % 3] ?? '',
      pool,
      project: `project-${n % 2}`,
      tokens: {
        inputUncached: 1 + ((n * 7919) % 4001),
        cacheRead: (n * 104_729) % 997,
        output: (n * 31) % 509,
        reasoning: n % 5 === 0 ? (n * 13) % 101 : 0,
      },
    };
  });
}

/** The events in batches, in their order. */
export function batchesOf<T>(events: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, i) => events.slice(i * size, (i + 1) * size));
}

/** The same events in another order, which is the same each time. */
export function shuffled<T>(events: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = events.map((event) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { event, key: state };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ event }) => event);
}
