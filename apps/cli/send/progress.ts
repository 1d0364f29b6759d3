import { SingleBar } from 'cli-progress';
import type { Clock } from '#calendar';
import type { Terminal } from '../terminal.js';

export interface Progress {
  /** So many more events, which stood in so many bytes of the file. */
  add(events: number, bytes: number): void;
  /** What holds it up, beside the bar; where there is no bar, on a line of its own. */
  hold(reason: string): void;
  stop(): void;
}

const FORMAT = '{title} {bar} {percentage} % | {events} events | {rate}/s | {eta_formatted} left {hold}';

/** A bar for who watches; for a log file, no bar. `total` is in bytes. */
export function startProgress(terminal: Terminal, clock: Clock, title: string, total: number): Progress {
  const { watched } = terminal;
  if (!watched) {
    return { add: () => undefined, hold: (reason) => terminal.note(`apportion: ${reason}`), stop: () => undefined };
  }
  const bar = new SingleBar({
    format: FORMAT,
    stream: watched,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
  });
  const start = clock.now();
  let events = 0;
  let seen = 0;
  bar.start(Math.max(1, total), 0, { title, events: 0, rate: 0, hold: '' });
  return {
    add(more, bytes) {
      events += more;
      seen = Math.min(total, seen + bytes);
      const rate = Math.round((events * 1000) / Math.max(1, clock.now() - start));
      bar.update(seen, { events: events.toLocaleString('en'), rate: rate.toLocaleString('en'), hold: '' });
    },
    hold: (reason) => bar.update({ hold: `| ${reason.slice(0, 60)}` }),
    stop: () => bar.stop(),
  };
}
