import type { DraftStatements } from '#statement/domain';
import { fileNameOf, linesOf, type StatementFile } from '../statement-file.js';
import { allocatedRatios } from './allocation.js';
import type { FocusContext } from './focus-column.js';
import { focusColumns, focusRow } from './focus-columns.js';
import type { FocusVersion } from './focus-version.js';
import type { PoolPlace } from './pool-place.js';
import { isPriced, type PricedLine } from './priced-line.js';

/** A FOCUS Cost and Usage file. Its lines are those whose cost is known. */
export interface Focus extends StatementFile {
  readonly version: FocusVersion;
  readonly lines: readonly PricedLine[];
}

export interface FocusInput {
  readonly draft: DraftStatements;
  readonly accountId: number;
  /** Null: all teams. */
  readonly team: string | null;
  readonly version: FocusVersion;
  /** By pool. */
  readonly places: ReadonlyMap<string, PoolPlace>;
}

export function focusOf({ draft, accountId, team, version, places }: FocusInput): Focus {
  const lines = linesOf(draft, team).filter(isPriced);
  const columns = focusColumns(version);
  const ratios = version === '1.2' ? new Map<string, bigint>() : allocatedRatios(draft);
  const context: FocusContext = { version, draft, accountId, places, ratios };
  return {
    fileName: fileNameOf(`focus-${version}`, draft, team),
    ...{ version, team, draft, lines },
    columns: columns.map(({ name }) => name),
    *rows() {
      for (const line of lines) yield focusRow(columns, line, context);
    },
  };
}
