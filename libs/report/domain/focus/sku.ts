import type { ChargeUnit } from '#rating/domain';
import { isTrueUp } from '#statement/domain';
import type { Modality, TokenClass } from '#token';
import type { PricedLine } from './priced-line.js';

const CLASS_METERS: Readonly<Record<TokenClass, string>> = {
  inputUncached: 'Uncached Input Tokens',
  cacheRead: 'Cache Read Tokens',
  cacheWrite5m: 'Cache Write Tokens (5 Minutes)',
  cacheWrite1h: 'Cache Write Tokens (1 Hour)',
  output: 'Output Tokens',
  reasoning: 'Reasoning Tokens',
};

const MODALITY_PREFIXES: Readonly<Record<Modality, string>> = { audio: 'Audio ', image: 'Image ', video: 'Video ' };

const UNIT_METERS: Readonly<Partial<Record<ChargeUnit, string>>> = {
  requests: 'Requests',
  inference_seconds: 'Inference Time',
  web_searches: 'Web Searches',
  file_searches: 'File Searches',
  images: 'Images',
  audio_seconds: 'Audio Length',
  document_pages: 'Document Pages',
  annotated_pages: 'Annotated Pages',
};

/** What is metered, or charged beside it. */
export function meterOf({ tokenClass, modality, unit, kind }: PricedLine): string {
  if (kind === 'adjustment') return 'Adjustment';
  if (tokenClass !== null) return (modality === null ? '' : MODALITY_PREFIXES[modality]) + CLASS_METERS[tokenClass];
  if (kind === 'shared') return 'Shared Cost';
  return UNIT_METERS[unit] ?? (kind === 'idle' ? 'Idle Capacity' : 'Capacity');
}

/** `pool/h100` or `provider/openai/gpt-5`: what serves. */
export function resourceIdOf({ pool, provider, model }: PricedLine): string {
  return pool === null ? pathOf('provider', provider, model) : pathOf('pool', pool);
}

/** What is sold: a meter of a model that something serves. The same at whatever price. */
export function skuIdOf(line: PricedLine): string {
  const { pool, provider, model } = line;
  const meter = meterOf(line);
  return pool === null ? pathOf('provider', provider, model, meter) : pathOf('pool', pool, model, meter);
}

/** The SKU with the version of what made its price. */
export function skuPriceIdOf(line: PricedLine): string {
  const { priceVersionId, policyVersion } = line;
  const by = policyVersion === null ? 'price' : policyFamilyOf(line);
  return `${skuIdOf(line)}/${pathOf(by, priceVersionId ?? policyVersion?.toString() ?? null)}`;
}

/** Whose versions a line's policy version counts: of a true-up, of what is agreed of differences to invoices. */
export function policyFamilyOf(line: PricedLine): 'policy' | 'reconciliation' {
  return isTrueUp(line) ? 'reconciliation' : 'policy';
}

/** What the price is of, the same for every row of a SKU price. */
export function skuPriceDetailsOf(line: PricedLine): string {
  const { model, tokenClass, modality, priceVersionId, policyVersion } = line;
  const details = {
    x_Model: model,
    x_TokenClass: tokenClass,
    x_Modality: modality,
    x_PriceVersion: priceVersionId,
    x_PolicyVersion: policyVersion,
  };
  return JSON.stringify(Object.fromEntries(Object.entries(details).filter(([, value]) => value !== null)));
}

/** Names joined so that no two lists of names give the same path. Nothing is `-`, a name `-` is `%2D`. */
export function pathOf(...names: readonly (string | null)[]): string {
  return names.map((name) => (name === null ? '-' : escaped(name))).join('/');
}

function escaped(name: string): string {
  return name === '-' ? '%2D' : name.replaceAll('%', '%25').replaceAll('/', '%2F');
}
