import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLONE, run } from './clone.mjs';

/** Not in the one file: what is found by its folder, what only some requests need, and what nobody has installed. */
const OUTSIDE = [
  'dejavu-fonts-ttf',
  'hucre',
  'hyparquet-writer',
  'pdfmake',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@valkey/valkey-glide',
  'class-transformer',
  'class-validator',
  'pg-native',
];

/** Compiles the sources to dist/ and makes dist/server.js of what they compile to. */
export async function build() {
  run(process.execPath, [join(CLONE, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']);
  await bundleServer();
}

/**
 * The server and its packages as one file: to find and read some 2,900 files takes Node most of a start. It behaves as
 * dist/apps/server/main.js does, which `npm run dev` starts.
 */
async function bundleServer() {
  // Loaded here: a script that installs packages first imports this file before there are any.
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: CLONE,
    entryPoints: ['dist/apps/server/main.js'],
    outfile: 'dist/server.js',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: OUTSIDE,
    // Nor would esbuild keep the names that it changes: every function made anew, also in the midst of a request, would have its
    // name set, a fifth of what an event costs. It changes those of some packages' classes, which nothing asks for by name.
    keepNames: false,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [oneTypeOrm],
  });
  // `npm start` goes on as the server: the process that esbuild works in would stay with it.
  await esbuild.stop();
}

/**
 * @nestjs/typeorm asks Node itself for typeorm, for what version 1 no longer has. Node would load a second typeorm, so it is
 * given the one of the bundle.
 */
const oneTypeOrm = {
  name: 'one typeorm',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]@nestjs[\\/]typeorm[\\/]dist[\\/]common[\\/]typeorm-compat\.js$/ },
      async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = source.replace('const require = createRequire(import.meta.url);', '');
        if (contents === source) throw new Error(`${path} is not what it was`);
        return { contents };
      },
    );
  },
};
