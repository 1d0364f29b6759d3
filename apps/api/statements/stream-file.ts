import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { csvOf, digestOf, type StatementFile } from '#report';

/** Answers with a file piece by piece, its size and hash in the headers, so that a reader knows a part from the whole. */
export function streamFile(file: StatementFile, reply: FastifyReply): StreamableFile {
  const { sha256, bytes } = digestOf(file);
  reply.header('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
  return new StreamableFile(Readable.from(csvOf(file), { objectMode: false }), {
    type: 'text/csv; charset=utf-8; header=present',
    disposition: `attachment; filename="${file.fileName}"`,
    length: bytes,
  });
}
