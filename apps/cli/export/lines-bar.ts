import { SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';

export interface LinesBar {
  /** So many lines are done; null: of nobody knows how many. */
  show(done: number, total: number | null): void;
  stop(): void;
}

/** A bar for who watches; for a log file, none. */
export function startLinesBar({ watched }: Terminal, title: string): LinesBar {
  if (!watched) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: '{title} {bar} {lines} lines',
    stream: watched,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
  });
  bar.start(1, 0, { title, lines: 0 });
  return {
    show(done, total) {
      bar.setTotal(Math.max(1, total ?? done));
      bar.update(total === null ? 0 : done, { lines: done.toLocaleString('en') });
    },
    stop: () => bar.stop(),
  };
}
