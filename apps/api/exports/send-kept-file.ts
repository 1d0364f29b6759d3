import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeptFile } from '#report';
import { sendProblem } from '../problem/problem.filter.js';
import { reprDigest } from '../statements/repr-digest.js';
import { byteRangeOf } from './byte-range.js';

/** A reader that takes nothing for so long is hung up on. */
const STALLED_MS = 120_000;

/** Answers with a file or, so that a download that broke off can go on, with a part of it (RFC 9110, 14). */
export function sendKeptFile(request: FastifyRequest, reply: FastifyReply, { file, read }: KeptFile): void {
  const { name, mediaType, bytes, sha256 } = file;
  const etag = `"${sha256}"`;
  const range = byteRangeOf(rangeOf(request, etag), bytes);
  reply.header('accept-ranges', 'bytes').header('etag', etag);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${bytes.toString()}`);
    const detail = `The file has ${bytes.toString()} bytes.`;
    return sendProblem(reply, request, { status: 416, code: 'report.export_range', detail });
  }
  const { from, to } = range ?? { from: 0, to: bytes };
  if (range) reply.header('content-range', `bytes ${from.toString()}-${(to - 1).toString()}/${bytes.toString()}`);
  // Node hangs up by itself; the next request on the connection has its own time again.
  reply.raw.setTimeout(STALLED_MS);
  // Who asks for the headers alone has no byte read for him.
  const body = request.method === 'HEAD' ? [] : read(from, to);
  void reply
    .status(range ? 206 : 200)
    .header('content-type', mediaType)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('content-length', (to - from).toString())
    // Of the whole file, whatever part of it is sent (RFC 9530).
    .header('repr-digest', reprDigest(sha256))
    .send(Readable.from(body, { objectMode: false }));
}

/** The range that holds: with `If-Range`, only of the file that its sender has a part of. */
function rangeOf({ headers }: FastifyRequest, etag: string): string | undefined {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag ? headers.range : undefined;
}
