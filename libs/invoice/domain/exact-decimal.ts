import { divideHalfEven, PICOS_PER_UNIT, type Picos } from '#money';

/** An exact number: `digits` x 10^-`decimals`. */
export interface ExactDecimal {
  readonly digits: bigint;
  readonly decimals: number;
}

const DECIMAL = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,3}))?$/;
/** Sums of all lines that a file may have still fit the 26 digits of an amount's column. */
const INTEGER_DIGITS_MAX = 18;
const DECIMALS_MAX = 60;

/** Reads a number as bills write it: plain or with an exponent (`1.5E-7`), exactly. Else why it is none. */
export function readExactDecimal(text: string): ExactDecimal | string {
  const match = DECIMAL.exec(text);
  if (!match) {
    if (/^[+-]?\d{1,3}([,'\u00a0\u202f ]\d{3})+([.,]\d+)?$/.test(text))
      return 'has separators between its thousands; write 1234.56';
    if (/^[+-]?\d+,\d+$/.test(text)) return 'has a decimal comma; write 1234.56';
    return 'is not a decimal such as -12.34 or 1.5E-7';
  }
  const [, sign = '', mantissa = '', exponent = '0'] = match;
  const [integer = '', fraction = ''] = mantissa.split('.');
  const magnitude = BigInt(integer + fraction);
  const shift = fraction.length - Number(exponent);
  const scaled = shift < 0 ? magnitude * 10n ** BigInt(-shift) : magnitude;
  const exact = trimmed({ digits: sign === '-' ? -scaled : scaled, decimals: Math.max(shift, 0) });
  if (exact.decimals > DECIMALS_MAX) return `has more than ${DECIMALS_MAX} decimals`;
  const bound = 10n ** BigInt(INTEGER_DIGITS_MAX + exact.decimals);
  if (exact.digits >= bound || exact.digits <= -bound)
    return `has more than ${INTEGER_DIGITS_MAX} digits before the point`;
  return exact;
}

/** The shortest plain decimal. */
export function formatExactDecimal({ digits, decimals }: ExactDecimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0');
  const cut = text.length - decimals;
  return `${digits < 0n ? '-' : ''}${text.slice(0, cut)}${decimals === 0 ? '' : `.${text.slice(cut)}`}`;
}

/**
 * Turns amounts one after the other into picos. What an amount has beyond 12 decimals is carried to the next one, so that the
 * picos together are the exact sum rounded once, to the nearest, however many amounts are finer than a pico.
 */
export class PicoCarry {
  /** Amounts that have more than 12 decimals. */
  finer = 0;
  private rest: ExactDecimal = { digits: 0n, decimals: 0 };

  next(amount: ExactDecimal): Picos {
    if (amount.decimals > PICO_DECIMALS) this.finer += 1;
    const sum = add(amount, this.rest);
    const picos =
      sum.decimals <= PICO_DECIMALS
        ? sum.digits * 10n ** BigInt(PICO_DECIMALS - sum.decimals)
        : divideHalfEven(sum.digits, 10n ** BigInt(sum.decimals - PICO_DECIMALS));
    this.rest = trimmed(add(sum, { digits: -picos, decimals: PICO_DECIMALS }));
    return picos;
  }

  /** What the exact sum is beyond that of the picos: at most half a pico. */
  get left(): ExactDecimal {
    return this.rest;
  }
}

const PICO_DECIMALS = PICOS_PER_UNIT.toString().length - 1;

function add(a: ExactDecimal, b: ExactDecimal): ExactDecimal {
  const decimals = Math.max(a.decimals, b.decimals);
  const [left, right] = [a, b].map((one) => one.digits * 10n ** BigInt(decimals - one.decimals));
  return { digits: (left ?? 0n) + (right ?? 0n), decimals };
}

function trimmed({ digits, decimals }: ExactDecimal): ExactDecimal {
  let [rest, left] = [digits, decimals];
  while (left > 0 && rest % 10n === 0n) [rest, left] = [rest / 10n, left - 1];
  return { digits: rest, decimals: left };
}
