import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Outcome, succeed } from '#outcome';
import type { Environment } from '#platform';
import { deliver, type ExportFile, type FileManifest } from '#report';
import { Turns } from '#statement';

/** Files written side by side, for their room on disk. */
const AT_ONCE = 4;

/** A file that is whole on disk, open, and of no name that anybody needs. */
interface Spooled {
  readonly handle: FileHandle;
  readonly path: string;
  readonly manifest: FileManifest;
}

/**
 * Answers with files. Each is written to disk first: what goes wrong on the way is a problem and not half a file, its size and
 * hash stand in the headers, so that a reader knows a part from the whole, and a slow reader holds neither memory nor database.
 */
export class SendFile {
  private readonly turns = new Turns(AT_ONCE);
  private readonly folder: string;

  constructor({ dataDir }: Pick<Environment, 'dataDir'>) {
    this.folder = join(dataDir, 'spool');
  }

  /** Fails with `statement.busy`. */
  async send(file: ExportFile, reply: FastifyReply): Promise<Outcome<StreamableFile>> {
    const spooled = await this.turns.take(async () => succeed(await this.spool(file)));
    if (!spooled.ok) return spooled;
    const { handle, path, manifest } = spooled.value;
    reply.header('repr-digest', reprDigest(manifest.sha256));
    const stream = handle.createReadStream({ start: 0 });
    // Where a file cannot go while it is open.
    stream.once('close', () => void rm(path, { force: true }).catch(() => undefined));
    return succeed(
      new StreamableFile(stream, {
        type: file.mediaType,
        disposition: `attachment; filename="${file.fileName}"`,
        length: manifest.bytes,
      }),
    );
  }

  private async spool(file: ExportFile): Promise<Spooled> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    try {
      // It is read by its handle; a process that is killed leaves nothing behind.
      await rm(path, { force: true }).catch(() => undefined);
      const manifest = await deliver(file, (bytes) => handle.writeFile(bytes));
      return { handle, path, manifest };
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
  }
}

/** As RFC 9530 says it. */
function reprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
}

export const SEND_FILE = Symbol('SendFile');
