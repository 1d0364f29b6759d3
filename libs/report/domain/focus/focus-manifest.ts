import { tokensOf, type UnpricedTotals } from '#statement/domain';
import { TOKEN_CLASSES } from '#token';
import { type Manifest, manifestOf } from '../manifest.js';
import { linesOf } from '../statement-file.js';
import type { Focus } from './focus.js';
import type { FocusVersion } from './focus-version.js';
import { isPriced } from './priced-line.js';

export interface FocusManifest extends Omit<Manifest, 'unpricedRows'> {
  readonly focusVersion: FocusVersion;
  /** Lines of the statement that have no row, for their cost is not known and a FOCUS cost may not be null. */
  readonly unpriced: UnpricedTotals;
  /** Rows whose list cost is what they did cost, for the public price is not known. */
  readonly rowsWithoutListPrice: number;
}

export function focusManifestOf(focus: Focus): FocusManifest {
  const { unpricedRows: _, ...manifest } = manifestOf(focus);
  return {
    ...manifest,
    focusVersion: focus.version,
    unpriced: unpricedTotals(focus),
    rowsWithoutListPrice: focus.lines.filter(({ list }) => list === null).length,
  };
}

function unpricedTotals({ draft, team }: Focus): UnpricedTotals {
  const unpriced = linesOf(draft, team).filter((line) => !isPriced(line));
  return {
    lines: unpriced.length,
    requests: unpriced.reduce((sum, { requests }) => sum + requests, 0n),
    tokens: unpriced.reduce((sum, line) => TOKEN_CLASSES.reduce((all, each) => all + tokensOf(line, each), sum), 0n),
  };
}
