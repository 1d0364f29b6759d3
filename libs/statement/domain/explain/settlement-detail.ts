import type { LineFields } from '../line.js';
import type { SplitShare } from './split-share.js';

/** What a settlement is about to do, told before it is done. */
export interface SettlementDetail {
  /** Its name in answers. */
  readonly step: string;
  /** The splits by which an amount comes to the line, the widest first; none where the line has no part in it. */
  splitsOf(line: LineFields): readonly SplitShare[];
}
