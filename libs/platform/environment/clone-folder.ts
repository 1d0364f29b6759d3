import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder the product runs from: the nearest above this file that holds a package.json, built or from sources. */
export function cloneFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json in any folder above ${__dirname}`);
    folder = parent;
  }
  return folder;
}
