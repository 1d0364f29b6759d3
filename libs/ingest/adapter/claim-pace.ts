const ROWS_MAX = 512;

/**
 * How many rows make a flush: guessed from the last claim, for a row may hold one event or thousands. Too few cost one
 * more query, too many a flush that is too long.
 */
export class ClaimPace {
  private eventsPerRow = ROWS_MAX;

  /** Rows to lock for about so many events. */
  rowsFor(events: number): number {
    return Math.min(Math.max(Math.round(events / this.eventsPerRow), 1), ROWS_MAX);
  }

  claimed(rows: number, events: number): void {
    if (rows > 0) this.eventsPerRow = Math.max(events / rows, 1);
  }
}
