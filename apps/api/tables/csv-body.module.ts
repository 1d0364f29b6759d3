import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Route configuration that asks for a CSV body as a stream, for files that are longer than a body may be. */
export const STREAMED_CSV = { streamedCsv: true } as const;

/** Lets routes take `text/csv`: the body is the file's bytes, where the route asks for it as they come. */
@Module({})
export class CsvBodyModule implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    if (fastify.hasContentTypeParser('text/csv')) return;
    fastify.addContentTypeParser('text/csv', (request, payload, done) => {
      if (isStreamed(request)) return done(null, payload);
      bytesOf(payload, request.routeOptions.bodyLimit).then(
        (bytes) => done(null, bytes),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }
}

function isStreamed({ routeOptions: { config } }: FastifyRequest): boolean {
  return 'streamedCsv' in config && config.streamedCsv === true;
}

async function bytesOf(payload: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload) {
    bytes += chunk.length;
    if (bytes > limit) throw new TooLarge('Request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Fastify answers with the status that an error names. */
class TooLarge extends Error {
  readonly statusCode = 413;
}
