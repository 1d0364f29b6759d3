import { type EpochMs, LATEST_INSTANT, sliceAt } from '#calendar';
import { type QuotaWindow, type QuotaWindowSpec, ROLLING_SLICES } from './window.js';

/** Windows of one spec that are remembered: usage comes for now, and for a few windows past. */
const REMEMBERED = 4;

/** By spec, as long as there is one, its windows that were asked for. */
const remembered = new WeakMap<QuotaWindowSpec, { windows: QuotaWindow[]; next: number }>();

/** Where usage at an instant counts; undefined: nowhere, for a total has not begun or has ended. Cheap for windows just asked for. */
export function windowAt(spec: QuotaWindowSpec, at: EpochMs): QuotaWindow | undefined {
  if (spec.kind === 'now') return { start: 0, end: LATEST_INSTANT, counted: NOW_COUNTED, limitStart: at };
  let known = remembered.get(spec);
  if (!known) remembered.set(spec, (known = { windows: [], next: 0 }));
  for (const window of known.windows) if (at >= window.start && at < window.end) return window;
  const window = findWindow(spec, at);
  if (!window) return undefined;
  known.windows[known.next] = window;
  known.next = (known.next + 1) % REMEMBERED;
  return window;
}

const NOW_COUNTED: readonly EpochMs[] = [0];

function findWindow(spec: Exclude<QuotaWindowSpec, { kind: 'now' }>, at: EpochMs): QuotaWindow | undefined {
  switch (spec.kind) {
    case 'calendar':
      return single(sliceAt(at, spec.unit, spec.timeZone, spec));
    case 'rolling':
      return rollingSlice(spec.lengthMs / ROLLING_SLICES, at);
    case 'total':
      return at >= spec.from && at < spec.until ? single({ start: spec.from, end: spec.until }) : undefined;
  }
}

function single({ start, end }: { readonly start: EpochMs; readonly end: EpochMs }): QuotaWindow {
  return { start, end, counted: [start], limitStart: start };
}

/** Slices begin at multiples of their length. All of them count that the window touches, its oldest wholly. */
function rollingSlice(length: number, at: EpochMs): QuotaWindow {
  const start = Math.floor(at / length) * length;
  const counted = Array.from({ length: ROLLING_SLICES + 1 }, (_, i) => start - (ROLLING_SLICES - i) * length);
  return { start, end: start + length, counted, limitStart: start };
}
