import { setTimeout as sleep } from 'node:timers/promises';
import { type ExportWire, exportWire } from '#contract';
import { Patience } from '../client/patience.js';
import type { Connection } from '../connection.js';
import { CliError } from '../exit-code.js';
import { printable } from '../render/table.js';
import { fetchExport } from './fetch-export.js';
import { startLinesBar } from './lines-bar.js';
import { untilInterrupted } from './until-interrupted.js';

const POLL_MS = 250;
/** A server that restarts is waited for. */
const PATIENCE_MS = 120_000;

/** What `POST /v1/exports` takes. */
export interface BackgroundRequest {
  readonly period: string;
  readonly format: ExportWire['format'];
  readonly team?: string | undefined;
  readonly focusVersion?: ExportWire['focusVersion'] | undefined;
}

/** Has a worker write the file, and fetches it. Ctrl-C leaves it to the worker. */
export async function exportInBackground(
  connection: Connection,
  body: BackgroundRequest,
  out: string,
): Promise<ExportWire> {
  const { id } = await connection.client.request('POST', '/v1/exports', exportWire, { body });
  connection.terminal.note(`export ${id} is written in the background`);
  return takeExport(connection, id, out);
}

/** Waits for an export, shows how far it is, and fetches its file. */
export function takeExport(connection: Connection, id: string, out: string): Promise<ExportWire> {
  const hint = `export ${id} goes on without us; apportion exports get ${id} --out ${printable(out)} fetches it`;
  return untilInterrupted(hint, async (interrupted) => {
    const { client, terminal, clock } = connection;
    const onWait = (reason: string) => terminal.note(`apportion: ${reason}`);
    const patience = new Patience({ clock, unreachableMs: PATIENCE_MS, busyMs: PATIENCE_MS, onWait });
    const job = await ended(connection, id, patience, interrupted);
    await fetchExport(client, fileOf(job), { out, job, patience, interrupted });
    return job;
  });
}

async function ended(
  { client, terminal }: Connection,
  id: string,
  patience: Patience,
  interrupted: AbortSignal,
): Promise<ExportWire> {
  const bar = startLinesBar(terminal, id);
  try {
    for (;;) {
      const job = await patience.run(() => client.get(`/v1/exports/${encodeURIComponent(id)}`, exportWire));
      bar.show(job.progress.done, job.progress.total);
      if (job.finishedAt !== null) return job;
      await sleep(POLL_MS, undefined, { signal: interrupted });
    }
  } finally {
    bar.stop();
  }
}

function fileOf({ id, state, file, problem }: ExportWire): NonNullable<ExportWire['file']> {
  if (file) return file;
  const why = problem === null ? '' : `: ${problem.detail} [${problem.code}]`;
  throw new CliError(printable(`export ${id} is ${state}${why}`));
}
