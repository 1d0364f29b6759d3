import { matchesModel, spellDates } from './model-match.js';
import type { ModelMatch, PriceVersion } from './price.js';
import type { PriceProvider } from './provider.js';

/** A model of the list. */
export interface ListedModel {
  readonly provider: string;
  readonly model: string;
}

/** Maps the names that events bear to the providers and models of the list. */
export interface ModelDirectory {
  /** The list's provider of that name, else the one whose clauses take the name in. */
  findProvider(name: string): string | undefined;
  findModel(provider: string, name: string): ListedModel | undefined;
  /** Who sells a model of that name themselves, sorted by provider. */
  findSellers(name: string): readonly ListedModel[];
}

interface Entry extends ListedModel {
  readonly id: string;
  readonly match: ModelMatch | null;
}

export function createModelDirectory(
  listed: readonly PriceVersion[],
  providers: readonly PriceProvider[],
): ModelDirectory {
  const entries = entriesByProvider(listed);
  const byName = new Map(providers.map((provider) => [provider.provider, provider]));
  const ordered = [...providers].sort((a, b) => (a.provider < b.provider ? -1 : 1));

  const atProvider = (provider: string, name: string): ListedModel | undefined => {
    const models = entries.get(provider) ?? [];
    return (
      models.find(({ id }) => id === name) ?? models.find(({ match }) => match !== null && matchesModel(match, name))
    );
  };

  return {
    findProvider(name) {
      const lower = name.trim().toLowerCase();
      if (byName.has(lower) || entries.has(lower)) return lower;
      return ordered.find(({ match }) => match !== null && matchesModel(match, lower))?.provider;
    },
    findModel(provider, name) {
      const lower = name.trim().toLowerCase();
      const places = [provider, ...(byName.get(provider)?.fallbackProviders ?? [])];
      for (const spelled of new Set([lower, spellDates(lower)])) {
        for (const place of places) {
          const found = atProvider(place, spelled);
          if (found) return found;
        }
      }
      return undefined;
    },
    findSellers(name) {
      const lower = name.trim().toLowerCase();
      const spellings = [...new Set([lower, spellDates(lower)])];
      return [...entries.keys()].sort().flatMap((provider) => {
        const found = spellings.map((spelled) => atProvider(provider, spelled)).find((model) => model !== undefined);
        return found ? [{ provider, model: found.model }] : [];
      });
    },
  };
}

/** One entry a model, in code-unit order of the ids; of several versions the latest recorded says how names map. */
function entriesByProvider(listed: readonly PriceVersion[]): Map<string, Entry[]> {
  const latest = new Map<string, PriceVersion>();
  for (const version of listed) {
    const key = JSON.stringify([version.provider, version.model]);
    const known = latest.get(key);
    if (!known || BigInt(known.priceVersionId) < BigInt(version.priceVersionId)) latest.set(key, version);
  }
  const entries = new Map<string, Entry[]>();
  for (const { provider, model, modelMatch: match } of latest.values()) {
    const entry = { provider, model, id: model.toLowerCase(), match };
    const models = entries.get(provider);
    if (models) models.push(entry);
    else entries.set(provider, [entry]);
  }
  for (const models of entries.values()) models.sort((a, b) => (a.model < b.model ? -1 : 1));
  return entries;
}
