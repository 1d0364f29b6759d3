import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Environment } from '#platform';

/** A file on its way through, of no name that anybody needs: whoever opened it closes it, and then it is gone. */
export class SpooledFile {
  private closed: Promise<void> | undefined;

  constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
  ) {}

  /** Appends. */
  write(bytes: Uint8Array): Promise<void> {
    return this.handle.writeFile(bytes);
  }

  /** All that has been written. The file is closed when the stream ends, fails or is destroyed. */
  read(): Readable {
    const stream = this.handle.createReadStream({ start: 0 });
    stream.once('close', () => void this.close().catch(() => undefined));
    return stream;
  }

  close(): Promise<void> {
    this.closed ??= this.discard();
    return this.closed;
  }

  private async discard(): Promise<void> {
    await this.handle.close();
    // Where a file cannot go while it is open.
    await rm(this.path, { force: true });
  }
}

/** Keeps what is too long for memory on disk for as long as a request takes. It bounds nothing: who opens files does. */
export class Spool {
  private readonly folder: string;

  constructor({ dataDir }: Pick<Environment, 'dataDir'>) {
    this.folder = join(dataDir, 'spool');
  }

  async open(): Promise<SpooledFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    // It is read by its handle; a process that is killed leaves nothing behind.
    await rm(path, { force: true }).catch(() => undefined);
    return new SpooledFile(handle, path);
  }
}

export const SPOOL = Symbol('Spool');
