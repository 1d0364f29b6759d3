import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PoolPeriodCost } from '#cost-record';
import { outputWeight, weightsOf } from '../../libs/allocation/domain/testing.js';
import { usageOf } from '../../libs/rating/domain/testing.js';
import { attribute, dollars, toPlaces } from './figures.js';

const MODEL = process.env.APPORTION_TEST_PROFILES ?? join(__dirname, '../../../shared/data/throughput');
const FILE = join(MODEL, 'splitwise_perf_model.csv');

const PROMPT_TOKENS = 512n;
const BATCH = 64n;
const NANOS_PER_MS = 1_000_000;

/** Mean of a measured time over the runs of llama2-70b, tensor parallel 8, 512-token prompts, batch 64: whole nanoseconds. */
function meanNanos(hardware: string, column: 'prompt_time' | 'token_time'): bigint {
  const [header = '', ...lines] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const runs = lines
    .map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])))
    .filter((run) => run.model === 'llama2-70b' && run.hardware === hardware && run.tensor_parallel === '8')
    .filter((run) => run.prompt_size === '512' && run.batch_size === '64');
  const total = runs.reduce((sum, run) => sum + BigInt(Math.round(Number(run[column]) * NANOS_PER_MS)), 0n);
  return total / BigInt(runs.length);
}

/** Tokens per second x 10^6. */
function rates(hardware: string) {
  const perSecond = (tokens: bigint, nanos: bigint) => (tokens * 10n ** 15n) / nanos;
  return {
    prefill: perSecond(PROMPT_TOKENS * BATCH, meanNanos(hardware, 'prompt_time')),
    decode: perSecond(BATCH, meanNanos(hardware, 'token_time')),
  };
}

const present = existsSync(FILE);
if (!present) console.warn(`skipped: no performance model in ${MODEL} (set APPORTION_TEST_PROFILES)`);

(present ? describe : describe.skip)('weights differ by hardware', () => {
  it.each([
    ['h100-80gb', '11139', '1280', '8.7'],
    ['a100-80gb', '4292', '898', '4.8'],
  ])('%s: %s prompt and %s decode tokens/s, decode costs %sx', (hardware, prefillPerSecond, decodePerSecond, ratio) => {
    const { prefill, decode } = rates(hardware);
    expect([toPlaces(prefill, 1_000_000n, 0), toPlaces(decode, 1_000_000n, 0)]).toEqual([
      prefillPerSecond,
      decodePerSecond,
    ]);
    expect(toPlaces(prefill, decode, 1)).toBe(ratio);
  });

  it('makes weighted tokens and throughput agree on a pool that is fully used', () => {
    const { prefill, decode } = rates('h100-80gb');
    const code = usageOf({
      dimension: { team: 'code', pool: 'p' },
      tokens: { inputUncached: 18_059_974n, output: 245_896n },
    });
    const conv = usageOf({
      dimension: { team: 'conv', pool: 'p' },
      tokens: { inputUncached: 22_361_870n, output: 4_088_665n },
    });
    const cost: PoolPeriodCost = {
      pool: 'p',
      chargePeriod: 0,
      effective: dollars('55.04'),
      list: null,
      instanceMicroMs: 1n,
    };
    const profile = {
      basis: 'throughput',
      prefillTokensPerSecond: prefill,
      decodeTokensPerSecond: decode,
      inputWeights: weightsOf(),
    } as const;
    const weight = (prefill * 1_000_000n) / decode;
    const [byTime, byWeight] = [profile, outputWeight(weight)].map((rule) =>
      attribute(cost, rule, [code, conv])
        .charges.filter(({ dimension }) => dimension?.team === 'code')
        .reduce((sum, { effective }) => sum + (effective ?? 0n), 0n),
    );
    // The weight is cut to six decimals, hence the places.
    expect(toPlaces(byTime ?? 0n, 10n ** 12n, 4)).toBe(toPlaces(byWeight ?? 1n, 10n ** 12n, 4));
  });
});
