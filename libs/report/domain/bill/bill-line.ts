import { divideHalfEven, formatMinor, scaledToDecimal } from '#money';
import { CHARGE_UNIT_DECIMALS, type ChargeUnit } from '#rating/domain';
import type { StatementLine } from '#statement/domain';

/** A line as a bill shows it: text, numbers grouped by thousands. */
export interface BillLine {
  readonly project: string;
  readonly model: string;
  /** `output tokens, used`. */
  readonly what: string;
  readonly quantity: string;
  /** What it cost for so much of it as `per` says; empty where that is not known. */
  readonly unitCost: string;
  readonly per: string;
  /** Empty: not known. */
  readonly amount: string;
}

interface Shown {
  readonly unit: string;
  readonly per: string;
  /** Units that the cost is shown for. */
  readonly units: bigint;
}

const SHOWN: Readonly<Record<ChargeUnit, Shown>> = {
  tokens: { unit: 'tokens', per: '1M', units: 1_000_000n },
  requests: { unit: 'requests', per: 'request', units: 1n },
  inference_seconds: { unit: 'seconds of inference', per: 'hour', units: 3_600n },
  instance_seconds: { unit: 'seconds of instances', per: 'hour', units: 3_600n },
  web_searches: { unit: 'web searches', per: '1,000', units: 1_000n },
  file_searches: { unit: 'file searches', per: '1,000', units: 1_000n },
  images: { unit: 'images', per: 'image', units: 1n },
  audio_seconds: { unit: 'seconds of audio', per: 'hour', units: 3_600n },
  document_pages: { unit: 'pages', per: '1,000', units: 1_000n },
  annotated_pages: { unit: 'annotated pages', per: '1,000', units: 1_000n },
};
const CLASSES: Readonly<Record<string, string>> = {
  inputUncached: 'input',
  cacheRead: 'cache read',
  cacheWrite5m: 'cache write 5m',
  cacheWrite1h: 'cache write 1h',
};
const COST_DECIMALS = 12;
const UNIT_COST_DECIMALS = 4;

export function billLineOf(line: StatementLine, currency: string): BillLine {
  const { project, model, tokenClass, kind, unit, quantity, billed } = line;
  const { unit: name, per } = SHOWN[unit];
  const what = tokenClass === null ? name : `${CLASSES[tokenClass] ?? tokenClass} ${name}`;
  return {
    project: project ?? '',
    model: model ?? '',
    what: `${what}, ${kind}`,
    quantity: grouped(scaledToDecimal(quantity, CHARGE_UNIT_DECIMALS[unit])),
    unitCost: unitCostOf(line),
    per,
    amount: billed === null ? '' : grouped(formatMinor(billed, currency)),
  };
}

/** Of a correction both are differences, whose quotient says nothing. */
function unitCostOf({ effective, quantity, unit, correction }: StatementLine): string {
  if (effective === null || quantity <= 0n || correction !== null) return '';
  const whole = effective * SHOWN[unit].units * 10n ** BigInt(CHARGE_UNIT_DECIMALS[unit]);
  const cost = divideHalfEven(whole, quantity * 10n ** BigInt(COST_DECIMALS - UNIT_COST_DECIMALS));
  const [integer = '', fraction = ''] = scaledToDecimal(cost, UNIT_COST_DECIMALS).split('.');
  return grouped(`${integer}.${fraction.padEnd(UNIT_COST_DECIMALS, '0')}`);
}

/** `1,234.5` */
export function grouped(decimal: string): string {
  const [integer = '', fraction] = decimal.split('.');
  const spaced = integer.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}
