import type { Piece } from '../domain/index.js';
import type { FileWriters } from '../service/file-writers.js';

type Writer<T> = (of: T) => AsyncIterable<Piece>;

/** Their libraries are loaded when the first file of the kind is written: a start needs none of them. */
export const fileWriters: FileWriters = {
  workbook: onceLoaded(async () => (await import('./hucre-workbook.js')).hucreWorkbook),
  parquet: onceLoaded(async () => (await import('./hyparquet-writer.js')).hyparquet),
  bill: onceLoaded(async () => (await import('./pdfmake-bill.js')).pdfmakeBill),
};

function onceLoaded<T>(load: () => Promise<Writer<T>>): Writer<T> {
  return async function* write(of) {
    const writer = await load();
    yield* writer(of);
  };
}
