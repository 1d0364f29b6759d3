import { Gauge, type Registry } from 'prom-client';
import { onceAtATime } from '#platform';
import { EXPORT_STATES } from '../domain/index.js';
import type { ExportWorkStore } from '../service/export-work-store.js';

/** Exports by state and the bytes kept of them, read once when somebody looks; NaN when they cannot be read. */
export function observeExports(registry: Registry, store: Pick<ExportWorkStore, 'load'>): void {
  const registers = [registry];
  const read = onceAtATime(refresh);
  const jobs = new Gauge({
    name: 'apportion_export_jobs',
    help: 'Exports in the background by state, as long as they are remembered; NaN when they cannot be read.',
    labelNames: ['state'],
    registers,
    collect: read,
  });
  const bytes = new Gauge({
    name: 'apportion_export_bytes',
    help: 'Bytes kept of files that were exported in the background; NaN when they cannot be read.',
    registers,
    collect: read,
  });

  async function refresh(): Promise<void> {
    const load = await store.load().catch(() => undefined);
    for (const state of EXPORT_STATES) jobs.set({ state }, load ? (load.jobs.get(state) ?? 0) : Number.NaN);
    bytes.set(load?.bytes ?? Number.NaN);
  }
}
