import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BootstrapKeyFile } from '../service/bootstrap-key.js';

/** `bootstrap-key` in the data folder. */
export class BootstrapKeyFolder implements BootstrapKeyFile {
  readonly path: string;

  constructor(private readonly dataDir: string) {
    this.path = join(dataDir, 'bootstrap-key');
  }

  async write(key: string): Promise<void> {
    await mkdir(this.dataDir, { recursive: true });
    // Beside it first: whoever reads the file finds a whole key or none.
    const draft = `${this.path}.${randomUUID()}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(`${key}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }
}
