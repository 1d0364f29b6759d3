import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Scope } from '#directory';
import { Scopes } from '../auth/decorators.js';
import { type TableColumns, tableSchema } from './table-columns.js';

export interface ImportRouteOptions {
  readonly scope: Scope;
  readonly columns: TableColumns;
  readonly summary: string;
  /** What its rows are known by, and what becomes of those that are known. */
  readonly description: string;
  readonly answer: z.ZodType;
  /** The code of a table that has rows at fault. */
  readonly refusal: string;
}

/** A route that takes a table, as CSV or a JSON list, all of it or nothing. */
export function ImportRoute({ scope, columns, summary, description, answer, refusal }: ImportRouteOptions) {
  return applyDecorators(
    HttpCode(200),
    Scopes(scope),
    ApiConsumes('application/json', 'text/csv'),
    ApiBody({ schema: tableSchema(columns) }),
    ApiOperation({ summary, description }),
    ApiResponse({ status: 200, standardSchema: answer }),
    ApiResponse({ status: 400, description: `${refusal} with each row and column at fault, table.*` }),
  );
}
