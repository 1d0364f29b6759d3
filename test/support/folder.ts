import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh temporary folder that other users may pass through, such as the one an embedded database runs as under root. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `apportion-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
