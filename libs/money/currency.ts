/** An ISO 4217 code, upper case. */
export type Currency = string;

const digitsByCurrency = new Map<string, number>(
  Intl.supportedValuesOf('currency').map((code) => [
    code,
    new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2,
  ]),
);

/** Whether the code is a currency this runtime's ISO 4217 table knows. */
export function isCurrency(code: string): boolean {
  return digitsByCurrency.has(code);
}

/** Decimals of the currency's minor unit (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. Throws on an unknown code. */
export function minorUnitDigits(code: Currency): number {
  const digits = digitsByCurrency.get(code);
  if (digits === undefined) throw new RangeError(`unknown currency ${JSON.stringify(code)}`);
  return digits;
}
