import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

/** Serves the OpenAPI 3.1 document, made on first request: no start waits for it. */
export function serveOpenApi(app: INestApplication, fastify: FastifyInstance): void {
  let document: OpenAPIObject | undefined;
  fastify.get('/openapi.json', (_request, reply) => {
    document ??= createOpenApiDocument(app);
    return reply.header('cache-control', 'no-cache').send(document);
  });
}

function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Apportion')
    .setDescription(
      'LLM chargeback that adds up. Money is a decimal string beside its currency, an instant is ISO 8601 in UTC, an ' +
        'interval is half-open. Every answer of 400 and above is a problem (RFC 9457).',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'apk_<id>_<secret>' })
    .addSecurityRequirements('bearer')
    .build();
  return SwaggerModule.createDocument(app, config);
}
