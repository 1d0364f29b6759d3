import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { fail, type Outcome, succeed } from '#outcome';
import { deliver, describeFile, type ExportFile, type FileManifest } from '#report';
import { Turns } from '#statement';
import type { Spool, SpooledFile } from '../spool/spool.js';
import { reprDigest } from './repr-digest.js';

/** Files written or described side by side: each reads the database or holds lines. */
const AT_ONCE = 4;
/** Files on disk, whole or being written. */
export const OPEN_FILES_MAX = 32;
/** A reader that takes nothing for so long is hung up on, or a few of them would keep all others out. */
const STALLED_MS = 120_000;
const RETRY_AFTER_SECONDS = 5;

/**
 * Answers with files. Each is written to disk first: what goes wrong on the way is a problem and not half a file, its size and
 * hash stand in the headers, so that a reader knows a part from the whole, and a slow reader holds neither memory nor database.
 */
export class SendFile {
  private readonly turns = new Turns(AT_ONCE);
  private open = 0;

  constructor(
    private readonly spool: Pick<Spool, 'open'>,
    private readonly stalledMs = STALLED_MS,
  ) {}

  /** Fails with `statement.busy`. */
  async send(file: ExportFile, reply: FastifyReply): Promise<Outcome<StreamableFile>> {
    const written = await this.turns.take(() => this.write(file));
    if (!written.ok) return written;
    const { spooled, manifest } = written.value;
    const stream = spooled.read();
    stream.once('close', () => {
      this.open -= 1;
    });
    // Node hangs up by itself; the next request on the connection has its own time again.
    reply.raw.setTimeout(this.stalledMs);
    reply.header('repr-digest', reprDigest(manifest.sha256));
    return succeed(
      new StreamableFile(stream, {
        type: file.mediaType,
        disposition: `attachment; filename="${file.fileName}"`,
        length: manifest.bytes,
      }),
    );
  }

  /** What the file holds. It costs what writing it does, so it takes a turn as well. Fails with `statement.busy`. */
  describe<M extends FileManifest>(file: ExportFile<M>): Promise<Outcome<M>> {
    return this.turns.take(async () => succeed(await describeFile(file)));
  }

  private async write(file: ExportFile): Promise<Outcome<Written>> {
    if (this.open >= OPEN_FILES_MAX) return busy();
    this.open += 1;
    let spooled: SpooledFile | undefined;
    try {
      const opened = await this.spool.open();
      spooled = opened;
      return succeed({ spooled: opened, manifest: await deliver(file, (bytes) => opened.write(bytes)) });
    } catch (error) {
      this.open -= 1;
      await spooled?.close();
      throw error;
    }
  }
}

interface Written {
  readonly spooled: SpooledFile;
  readonly manifest: FileManifest;
}

function busy<T>(): Outcome<T> {
  const detail = `${OPEN_FILES_MAX} files are being written or read; try again soon`;
  return fail({ kind: 'busy', code: 'statement.busy', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

export const SEND_FILE = Symbol('SendFile');
