import { createHash } from 'node:crypto';

/** A part of a file: text in UTF-8, or bytes. */
export type Piece = string | Uint8Array;

export interface Digest {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What stands beside every file. */
export interface FileManifest extends Digest {
  readonly file: string;
  /** Rows of data, without headers; pages of what has no rows. */
  readonly rows: number;
}

/** A file that can be written as often as asked; the same file is the same bytes each time. */
export interface ExportFile<M extends FileManifest = FileManifest> {
  readonly fileName: string;
  readonly mediaType: string;
  /** Lines that it is made of; null where only writing it tells. */
  readonly lines: number | null;
  readonly write: () => ExportRun<M>;
}

/** A file on its way. */
export interface ExportRun<M extends FileManifest> {
  readonly pieces: AsyncIterable<Piece>;
  /** How many lines it has gone through so far. */
  readonly linesDone: () => number;
  /** What the file holds; asked when all of it has been read. */
  readonly manifest: (digest: Digest) => M;
}

/** Writes the file piece by piece, each when the one before is taken. Resolves to what it holds. */
export function deliver<M extends FileManifest>(
  file: ExportFile<M>,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<M> {
  return deliverRun(file.write(), take);
}

/** The same of a file on its way. */
export async function deliverRun<M extends FileManifest>(
  { pieces, manifest }: ExportRun<M>,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<M> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of pieces) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (chunk.length === 0) continue;
    hash.update(chunk);
    bytes += chunk.length;
    await take(chunk);
  }
  return manifest({ sha256: hash.digest('hex'), bytes });
}

/** What the file holds, without keeping it. */
export function describeFile<M extends FileManifest>(file: ExportFile<M>): Promise<M> {
  return deliver(file, async () => {});
}
