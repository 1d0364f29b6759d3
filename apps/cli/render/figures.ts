import { decimalToScaled, divideHalfEven } from '#money';
import { grouped } from './table.js';

/** A cost per 1M tokens with four decimals, half-even; JSON has them all. */
export function unitCost(text: string | null): string {
  const scaled = text === null ? undefined : decimalToScaled(text, 6);
  if (scaled === undefined) return text ?? '';
  const digits = divideHalfEven(scaled, 100n).toString().padStart(5, '0');
  return grouped(`${digits.slice(0, -4)}.${digits.slice(-4)}`);
}

/** `0.23456` as `23.4 %`, cut, so that 100 % means all. */
export function percent(share: string): string {
  const [integer = '0', fraction = ''] = share.split('.');
  const perMille = BigInt(integer + fraction.padEnd(3, '0').slice(0, 3));
  return `${(perMille / 10n).toString()}.${(perMille % 10n).toString()} %`;
}
