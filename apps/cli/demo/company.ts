import type { Rhythm } from './rhythm.js';

/** A made-up robotics company of about a hundred people, and what it pays for language models in one month. */
export const COMPANY = 'Tessera Robotics';
export const MONTH = '2026-10';
export const MONTH_START = Date.UTC(2026, 9, 1);
export const MONTH_END = Date.UTC(2026, 10, 1);

export const TEAMS = [
  { team: 'search', costCenter: 'CC-1100', name: 'Search & Discovery' },
  { team: 'support', costCenter: 'CC-2100', name: 'Customer Support' },
  { team: 'engineering', costCenter: 'CC-3100', name: 'Engineering' },
  { team: 'data', costCenter: 'CC-3200', name: 'Data Platform' },
  { team: 'marketing', costCenter: 'CC-4100', name: 'Marketing' },
  { team: 'legal', costCenter: 'CC-5100', name: 'Legal' },
  { team: 'robotics', costCenter: 'CC-3300', name: 'Robotics Lab' },
  { team: 'platform', costCenter: 'CC-9000', name: 'ML Platform' },
] as const;

export interface Pool {
  readonly pool: string;
  readonly policy: object;
  /** Tokens per second that one instance reads and writes: how long a request takes. */
  readonly prefillRate: number;
  readonly decodeRate: number;
}

export const POOLS: readonly Pool[] = [
  {
    pool: 'l4-east',
    // The profile of the machine says how much of it was used: the rest is idle, on the platform team's own line.
    policy: {
      attribution: {
        basis: 'throughput',
        prefillTokensPerSecond: '900',
        decodeTokensPerSecond: '60',
        inputWeights: { inputUncached: '1', cacheRead: '0.1' },
      },
      idle: 'separate',
    },
    prefillRate: 900,
    decodeRate: 60,
  },
  {
    pool: 'a100-central',
    policy: {
      attribution: { basis: 'weighted_tokens', weights: { inputUncached: '1', cacheRead: '0.1', output: '4.8' } },
      idle: 'proportional',
    },
    prefillRate: 4300,
    decodeRate: 900,
  },
];

/** Requests of one kind. */
export interface Workload {
  readonly team: (typeof TEAMS)[number]['team'];
  readonly project: string;
  readonly model: string;
  readonly pool?: string;
  readonly provider?: string;
  readonly tier?: string;
  /** Of all requests, in thousandths; together 1,000. */
  readonly share: number;
  readonly rhythm: Rhythm;
  /** Typical tokens of a request. */
  readonly input: number;
  readonly output: number;
  /** Of the input, the part that comes from the cache. */
  readonly cached: number;
  /** Of the output, the part that is reasoning. */
  readonly reasoning?: number;
  /** Of the input, the part that is written to the provider's cache. */
  readonly cacheWrite?: number;
}

const LLAMA = { model: 'llama-3.3-70b', pool: 'l4-east' } as const;
const QWEN = { model: 'qwen3-32b', pool: 'a100-central' } as const;
const GPT = { model: 'gpt-5-mini', provider: 'openai' } as const;
const GPT_LARGE = { model: 'gpt-5.2', provider: 'openai' } as const;
const SONNET = { model: 'claude-sonnet-4-5', provider: 'anthropic' } as const;
const HAIKU = { model: 'claude-haiku-4-5', provider: 'anthropic' } as const;

export const WORKLOADS: readonly Workload[] = [
  { team: 'search', project: 'ranker', ...LLAMA, share: 210, rhythm: 'always', input: 3000, output: 260, cached: 0.55 },
  { team: 'search', project: 'query-rewrite', ...GPT, share: 120, rhythm: 'always', input: 420, output: 60, cached: 0 },
  {
    team: 'support',
    project: 'helpdesk-bot',
    ...LLAMA,
    share: 130,
    rhythm: 'waking',
    input: 7200,
    output: 700,
    cached: 0.7,
  },
  {
    team: 'support',
    project: 'ticket-triage',
    ...HAIKU,
    share: 90,
    rhythm: 'office',
    input: 1500,
    output: 90,
    cached: 0.4,
    cacheWrite: 0.1,
  },
  {
    team: 'engineering',
    project: 'code-assistant',
    ...SONNET,
    share: 110,
    rhythm: 'office',
    input: 9000,
    output: 700,
    cached: 0.8,
    cacheWrite: 0.05,
  },
  {
    team: 'engineering',
    project: 'ci-review',
    ...GPT_LARGE,
    share: 40,
    rhythm: 'office',
    input: 14000,
    output: 1600,
    cached: 0.3,
    reasoning: 0.6,
  },
  { team: 'data', project: 'labelling', ...QWEN, share: 150, rhythm: 'night', input: 2200, output: 260, cached: 0.2 },
  { team: 'data', project: 'extraction', ...QWEN, share: 50, rhythm: 'night', input: 12000, output: 900, cached: 0 },
  {
    team: 'robotics',
    project: 'simulation-notes',
    ...QWEN,
    share: 40,
    rhythm: 'weekend',
    input: 5000,
    output: 1100,
    cached: 0.1,
  },
  {
    team: 'marketing',
    project: 'copywriter',
    ...GPT_LARGE,
    share: 20,
    rhythm: 'office',
    input: 900,
    output: 800,
    cached: 0,
    reasoning: 0.2,
  },
  {
    team: 'legal',
    project: 'contract-review',
    ...SONNET,
    share: 15,
    rhythm: 'office',
    input: 45000,
    output: 1900,
    cached: 0.25,
    cacheWrite: 0.25,
  },
  {
    team: 'legal',
    project: 'clause-search',
    ...LLAMA,
    share: 20,
    rhythm: 'office',
    input: 9000,
    output: 500,
    cached: 0.5,
  },
  // A trial of a model that the price book does not know: counted and shown, its cost left open.
  {
    team: 'robotics',
    project: 'planner-trial',
    model: 'orion-preview',
    provider: 'openai',
    share: 5,
    rhythm: 'office',
    input: 2000,
    output: 500,
    cached: 0,
  },
];
