import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chargePeriodStart } from '#calendar';
import type { MeteredUsage } from '#metering';
import { usageOf } from '../../libs/rating/domain/testing.js';

const TRACES = process.env.APPORTION_TEST_TRACES ?? join(__dirname, '../../../shared/data/traces');
const fileOf = (team: string) => join(TRACES, `AzureLLMInferenceTrace_${team}.csv`);

/** Whether the two Azure traces lie where tests look for them; says so where they do not. */
export function tracesPresent(): boolean {
  const present = existsSync(fileOf('code')) && existsSync(fileOf('conv'));
  if (!present) console.warn(`skipped: no Azure traces in ${TRACES} (set APPORTION_TEST_TRACES)`);
  return present;
}

/** The trace's requests as metered usage of its team, one row per interval that `periodOf` puts the time in. */
export function meterTrace(team: string, periodOf: (at: number) => number = chargePeriodStart): MeteredUsage[] {
  const sums = new Map<number, { input: bigint; output: bigint; requests: bigint }>();
  for (const line of readFileSync(fileOf(team), 'utf8').trim().split('\r\n').slice(1)) {
    const [time = '', input = '', output = ''] = line.split(',');
    const period = periodOf(Date.parse(`${time.slice(0, 23).replace(' ', 'T')}Z`));
    const sum = sums.get(period) ?? { input: 0n, output: 0n, requests: 0n };
    sums.set(period, {
      input: sum.input + BigInt(input),
      output: sum.output + BigInt(output),
      requests: sum.requests + 1n,
    });
  }
  return [...sums].map(([chargePeriod, { input, output, requests }]) =>
    usageOf({ chargePeriod, dimension: { team, pool: 'p5' }, requests, tokens: { inputUncached: input, output } }),
  );
}
