import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { Scopes } from '../auth/decorators.js';
import { BAD_PERIOD, BUSY, CURRENCY, NO_TEAM } from './failures.js';

const DIGEST = 'The header `repr-digest` holds the SHA-256 of the file.';

/** A route that answers with a period's statements as a file. */
export function FileRoute(mediaType: string, summary: string, description: string) {
  return applyDecorators(
    Scopes('statements:read'),
    ApiProduces(mediaType),
    ApiOperation({ summary, description: `${description} ${DIGEST}` }),
    ApiResponse({ status: 200, description: 'The file' }),
    ...failures(),
  );
}

/** A route that answers with what such a file holds. */
export function ManifestRoute(summary: string, manifest: z.ZodType) {
  return applyDecorators(
    Scopes('statements:read'),
    ApiOperation({ summary, description: 'Rows, sums, versions of what made them, and the SHA-256 of the file.' }),
    ApiResponse({ status: 200, standardSchema: manifest }),
    ...failures(),
  );
}

function failures() {
  return [BAD_PERIOD, NO_TEAM, CURRENCY, BUSY].map((failure) => ApiResponse(failure));
}
