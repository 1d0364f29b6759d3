import { formatInstant } from '#calendar';
import type { PurchaseWire } from '#contract';
import type { HourlyTerms, RecordedPurchase } from '#cost-record';
import { formatPicos, scaledToDecimal } from '#money';

const SCALE_DECIMALS = 6;

export function purchaseToApi(purchase: RecordedPurchase): PurchaseWire {
  const { instanceMicros, upfront, residualValue, terms, listHourlyRate, contractedHourlyRate, ...rest } = purchase;
  const { validFrom, validTo, recordedFrom, recordedAt, ...names } = rest;
  const optional = (amount: bigint | null) => (amount === null ? null : formatPicos(amount));
  return {
    ...names,
    count: scaledToDecimal(instanceMicros, SCALE_DECIMALS),
    upfront: formatPicos(upfront),
    residualValue: formatPicos(residualValue),
    terms: terms.map(termsToApi),
    listHourlyRate: optional(listHourlyRate),
    contractedHourlyRate: optional(contractedHourlyRate),
    from: formatInstant(validFrom),
    to: formatInstant(validTo),
    recordedFrom: recordedFrom === null ? null : formatInstant(recordedFrom),
    recordedAt: formatInstant(recordedAt),
  };
}

function termsToApi({ from, hourlyRate, power }: HourlyTerms): PurchaseWire['terms'][number] {
  return {
    from: formatInstant(from),
    hourlyRate: formatPicos(hourlyRate),
    power: power && {
      kilowatts: scaledToDecimal(power.kilowattMicros, SCALE_DECIMALS),
      pue: scaledToDecimal(power.pueMicros, SCALE_DECIMALS),
      energyPrice: formatPicos(power.picosPerKilowattHour),
    },
  };
}
