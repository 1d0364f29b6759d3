/** One event as the API takes it, and the figures its row in a table is made of. */
export interface BenchEvent {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: string;
  readonly team: string;
  readonly project: string;
  readonly user: string;
  readonly pool: string;
  readonly model: string;
  readonly region: string;
  readonly tier: string;
  readonly status: string;
  readonly tokens: { readonly inputUncached: number; readonly cacheRead: number; readonly output: number };
  readonly inferenceMs: number;
  readonly tags: { readonly feature: string };
}

const TEAMS = ['search', 'support', 'coding', 'docs', 'risk', 'growth', 'voice', 'research'];
const MODELS = ['llama-3.3-70b', 'qwen3-32b', 'mistral-small-3.2', 'deepseek-v3.1', 'gemma-3-27b', 'gpt-oss-120b'];
const FEATURES = ['autocomplete', 'chat', 'summary', 'agent'];

/** The month that all made-up usage falls into. */
export const BENCH_PERIOD = '2024-10';
const MONTH_START_MS = Date.UTC(2024, 9, 1);
/** Events a second of the made-up traffic: neighbours in a batch are neighbours in time, as they are in life. */
const EVENTS_PER_SECOND = 50;

/** The n-th event of a run: deterministic, different for each run, about 400 bytes as JSON. */
export function benchEvent(run: string, n: number): BenchEvent {
  const draw = scramble(n);
  const model = (draw >>> 8) % MODELS.length;
  return {
    source: `gateway-${draw % 3}`,
    id: `req_${run}_${n.toString(36).padStart(8, '0')}`,
    occurredAt: new Date(MONTH_START_MS + Math.floor((n * 1000) / EVENTS_PER_SECOND)).toISOString(),
    team: TEAMS[draw % TEAMS.length] ?? '',
    project: `project-${(draw >>> 3) % 3}`,
    user: `u-${(draw >>> 5) % 4}`,
    pool: `pool-${model % 2}`,
    model: MODELS[model] ?? '',
    region: 'us-east-1',
    tier: 'standard',
    status: 'ok',
    tokens: {
      inputUncached: 200 + ((draw >>> 4) % 4000),
      cacheRead: (draw >>> 6) % 3000,
      output: 20 + ((draw >>> 9) % 900),
    },
    inferenceMs: 150 + ((draw >>> 10) % 8000),
    tags: { feature: FEATURES[(draw >>> 12) % FEATURES.length] ?? '' },
  };
}

/** A well-mixed 32-bit number of another (the finalizer of MurmurHash3). */
function scramble(n: number): number {
  let h = n | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
