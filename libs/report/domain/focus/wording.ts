import type { PricedLine } from './priced-line.js';
import { meterOf } from './sku.js';

/** A service has one category and subcategory, so capacity that stood idle is of the service it stood for. */
export const SERVICE_CATEGORY = 'AI and Machine Learning';
export const SERVICE_SUBCATEGORY = 'Generative AI';

export function serviceNameOf({ pool }: PricedLine): string {
  return pool === null ? 'Provider Inference' : 'Pool Inference';
}

/** `output tokens of llama on pool h100 (used)`. */
export function descriptionOf(line: PricedLine): string {
  const { model, pool, provider, kind } = line;
  const where = pool === null ? `from ${provider ?? 'a provider'}` : `on pool ${pool}`;
  const what = model === null ? where : `of ${model} ${where}`;
  return `${meterOf(line)} ${what} (${kind})`;
}

/** Labels of users alone, as a JSON object; null where there are none. */
export function tagsOf({ project, costCenter }: PricedLine): string | null {
  const tags = Object.entries({ project, cost_center: costCenter }).filter(([, value]) => value !== null);
  return tags.length === 0 ? null : JSON.stringify(Object.fromEntries(tags));
}
