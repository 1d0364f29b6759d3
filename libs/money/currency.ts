/** An ISO 4217 code, upper case. */
export type Currency = string;

/**
 * ISO 4217 by decimals of the minor unit. Written down rather than asked of the runtime, whose table follows custom instead
 * of the standard (it gives HUF none, IQD none) and changes with its version: a statement must not.
 */
const CODES_BY_DIGITS: readonly (readonly [digits: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const digitsByCurrency = new Map<string, number>(
  CODES_BY_DIGITS.flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, digits] as const)),
);

/** Whether the code is a currency of ISO 4217 that has a minor unit. Metals and codes for testing have none. */
export function isCurrency(code: string): boolean {
  return digitsByCurrency.has(code);
}

/** Decimals of the currency's minor unit (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. Throws on an unknown code. */
export function minorUnitDigits(code: Currency): number {
  const digits = digitsByCurrency.get(code);
  if (digits === undefined) throw new RangeError(`unknown currency ${JSON.stringify(code)}`);
  return digits;
}
