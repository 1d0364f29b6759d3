/** `coefficient` / 10^`scale`, exactly. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly scale: number;
}

/** The specification's numeric format: no plus sign, no separators, E notation with a sign for negative exponents only. */
const NUMERIC = /^(-?)(\d+)(?:\.(\d+))?(?:[eE](-?\d{1,3}))?$/;

export function readDecimal(text: string): Decimal | undefined {
  const match = NUMERIC.exec(text);
  if (!match) return undefined;
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(`${integer}${fraction}`) * 10n ** BigInt(Math.max(0, -scale));
  return { coefficient: sign === '' ? digits : -digits, scale: Math.max(0, scale) };
}

export function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = at(a, scale) - at(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether a x b, rounded to so many decimals as amounts have here, is the result. */
export function isProduct(a: Decimal, b: Decimal, result: Decimal, decimals: number): boolean {
  const scale = Math.max(a.scale + b.scale, result.scale, decimals + 1);
  const product = at({ coefficient: a.coefficient * b.coefficient, scale: a.scale + b.scale }, scale);
  const difference = product - at(result, scale);
  const half = 5n * 10n ** BigInt(scale - decimals - 1);
  return (difference < 0n ? -difference : difference) <= half;
}

function at({ coefficient, scale }: Decimal, wanted: number): bigint {
  return coefficient * 10n ** BigInt(wanted - scale);
}
