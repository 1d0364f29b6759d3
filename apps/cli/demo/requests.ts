import { formatInstant } from '#calendar';
import { MONTH_END, MONTH_START, POOLS, WORKLOADS, type Workload } from './company.js';
import { Random } from './random.js';
import { weightsOfHours } from './rhythm.js';

const HOUR_MS = 3_600_000;
const SEED = 20_261_001;

/** Names the requests for ever: with its id, each counts once however often the demo is run. */
const SOURCE = 'demo-gateway';

interface Request {
  readonly at: number;
  readonly event: object;
}

/**
 * The month's requests as native events in order of time, about `count` of them: by hour of day and day of week as their
 * work is done. The same count gives the same requests, whenever and wherever it runs.
 */
export function* demoEvents(count: number): Generator<string> {
  const random = new Random(SEED);
  const plans = WORKLOADS.map((workload) => planOf(workload, count));
  const numbers = WORKLOADS.map(() => 0);
  for (let hour = 0; MONTH_START + hour * HOUR_MS < MONTH_END; hour += 1) {
    const requests: Request[] = [];
    for (const [i, workload] of WORKLOADS.entries()) {
      const many = random.round(plans[i]?.[hour] ?? 0);
      for (let n = 0; n < many; n += 1) {
        const number = (numbers[i] ?? 0) + 1;
        numbers[i] = number;
        const at = MONTH_START + hour * HOUR_MS + random.below(HOUR_MS);
        requests.push({ at, event: toEvent(workload, `${workload.project}-${number}`, at, random) });
      }
    }
    requests.sort((a, b) => a.at - b.at);
    for (const { event } of requests) yield JSON.stringify(event);
  }
}

/** Expected requests of each hour of the month. */
function planOf({ rhythm, share }: Workload, count: number): number[] {
  const weights = weightsOfHours(rhythm, MONTH_START, MONTH_END);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => (weight / sum) * (share / 1000) * count);
}

function toEvent(workload: Workload, id: string, at: number, random: Random): object {
  const { team, project, model, pool, provider, cached, cacheWrite = 0, reasoning = 0 } = workload;
  const input = random.skewed(workload.input);
  const output = random.skewed(workload.output);
  const cacheRead = Math.min(input, Math.round(input * cached * (0.4 + 1.2 * random.next())));
  const written = Math.min(input - cacheRead, Math.round(input * cacheWrite));
  const thought = Math.round(output * reasoning);
  const tokens = {
    inputUncached: input - cacheRead - written,
    cacheRead,
    cacheWrite5m: written,
    output: output - thought,
    reasoning: thought,
  };
  const where = pool === undefined ? { provider } : { pool, ...timesOf(pool, input - cacheRead, output) };
  return { source: SOURCE, id, occurredAt: formatInstant(at), team, project, model, ...where, status: 'ok', tokens };
}

function timesOf(pool: string, prefill: number, decode: number) {
  const profile = POOLS.find((known) => known.pool === pool);
  if (!profile) throw new Error(`the demo has no pool ${pool}`);
  const prefillMs = Math.ceil((prefill * 1000) / profile.prefillRate);
  const decodeMs = Math.ceil((decode * 1000) / profile.decodeRate);
  return { inferenceMs: prefillMs + decodeMs, prefillMs, decodeMs };
}
