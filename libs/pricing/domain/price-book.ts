import { createModelDirectory, type ModelDirectory } from './model-directory.js';
import type { ApplicablePrices, PriceBook, PriceQuery, PriceVersion } from './price.js';
import { priceInForce } from './price-in-force.js';
import { tierNamed } from './price-rule.js';
import type { PriceProvider } from './provider.js';

/** Names come from outside; what is remembered of them has an end. */
const REMEMBERED_MAX = 10_000;

/** What may hold for a model and tier, whatever the region and time. Contract prices in the order they are looked at. */
interface Candidates {
  readonly list: readonly PriceVersion[];
  readonly contract: readonly (readonly PriceVersion[])[];
}

/**
 * A price book over the current versions of prices. A list price is found by the model's exact id, else by the clauses of
 * the table, at the provider or where it resells. A contract price is found by the very name of the event's model, else by
 * the id of the list price that the name maps to. Tiers are never mixed: usage of a tier without a price has none.
 */
export function createPriceBook(
  versions: readonly PriceVersion[],
  providers: readonly PriceProvider[],
  extent = '',
): PriceBook {
  const index = indexVersions(versions);
  const directory = createModelDirectory(
    versions.filter(({ kind }) => kind === 'list'),
    providers,
  );
  const remembered = new RememberedCandidates((query) => candidatesOf(query, index, directory));

  return {
    extent,
    providerNamed: (name) => directory.findProvider(name) ?? name.trim().toLowerCase(),
    find(query: PriceQuery): ApplicablePrices {
      const candidates = remembered.of(query);
      const region = query.region ?? '';
      return {
        list: priceInForce(candidates.list, region, query.at),
        contract: firstDefined(candidates.contract, (versionsOfName) => priceInForce(versionsOfName, region, query.at)),
      };
    },

    offers(model, at) {
      return directory.findSellers(model).flatMap((listed) => {
        const versionsOfModel = index.get(keyOf('list', listed.provider, listed.model, 'standard')) ?? [];
        return priceInForce(versionsOfModel, '', at) ?? [];
      });
    },
  };
}

/** Candidates by provider, model and tier. A bill asks for each of its buckets: a map in a map costs less than a key made of three. */
class RememberedCandidates {
  private readonly byProvider = new Map<string, Map<string, Map<string, Candidates>>>();
  private size = 0;

  constructor(private readonly findOut: (query: PriceQuery) => Candidates) {}

  of(query: PriceQuery): Candidates {
    const known = this.byProvider.get(query.provider)?.get(query.model)?.get(query.serviceTier);
    if (known) return known;
    if (this.size >= REMEMBERED_MAX) this.forget();
    const found = this.findOut(query);
    const byTier = within(within(this.byProvider, query.provider), query.model);
    byTier.set(query.serviceTier, found);
    this.size += 1;
    return found;
  }

  private forget(): void {
    this.byProvider.clear();
    this.size = 0;
  }
}

function within<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let inner = maps.get(key);
  if (!inner) maps.set(key, (inner = new Map<string, T>()));
  return inner;
}

type VersionIndex = ReadonlyMap<string, readonly PriceVersion[]>;

function indexVersions(versions: readonly PriceVersion[]): VersionIndex {
  const index = new Map<string, PriceVersion[]>();
  for (const version of versions) {
    const key = keyOf(version.kind, version.provider, version.model, version.serviceTier);
    const same = index.get(key);
    if (same) same.push(version);
    else index.set(key, [version]);
  }
  return index;
}

function candidatesOf(query: PriceQuery, index: VersionIndex, directory: ModelDirectory): Candidates {
  const tier = tierNamed(query.serviceTier);
  const provider = directory.findProvider(query.provider) ?? query.provider;
  const model = directory.findModel(provider, query.model);
  const of = (kind: PriceVersion['kind'], at: string, name: string) => index.get(keyOf(kind, at, name, tier)) ?? [];
  const providers = [...new Set([query.provider, provider])];
  const models = [...new Set([query.model, ...(model ? [model.model] : [])])];
  return {
    list: model ? of('list', model.provider, model.model) : [],
    contract: models
      .flatMap((name) => providers.map((at) => of('contract', at, name)))
      .filter(({ length }) => length > 0),
  };
}

function keyOf(kind: PriceVersion['kind'], provider: string, model: string, tier: string): string {
  return JSON.stringify([kind, provider.trim().toLowerCase(), model.trim().toLowerCase(), tier.toLowerCase()]);
}

function firstDefined<T, U>(items: readonly T[], of: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const value = of(item);
    if (value !== undefined) return value;
  }
  return undefined;
}
