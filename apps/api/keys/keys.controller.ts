import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { formatInstant } from '#calendar';
import {
  type CreatedKeyWire,
  type CreateKeyBody,
  createdKeyWire,
  createKeyBody,
  type KeyPath,
  type KeyWire,
  keyPage,
  keyPath,
  keyWire,
  type NamedPageQuery,
  namedPageQuery,
  type Page,
  toPage,
} from '#contract';
import { type Caller as CallerType, KEYS, type Keys, type MachineKey } from '#directory';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';

@ApiTags('machine keys')
@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(KEYS) private readonly keys: Keys) {}

  @Post()
  @Scopes('keys:write')
  @ApiOperation({
    summary: 'Make a machine key',
    description: 'Only with scopes that the maker has. The key is shown in this answer alone.',
  })
  @ApiResponse({ status: 201, standardSchema: createdKeyWire })
  async create(
    @Body({ schema: createKeyBody }) body: CreateKeyBody,
    @Caller() caller: CallerType,
  ): Promise<CreatedKeyWire> {
    const { key, record } = unwrap(await this.keys.create(caller, body));
    return { ...toApi(record), key };
  }

  @Get()
  @Scopes('keys:write')
  @ApiOperation({ summary: 'List the machine keys, revoked ones too' })
  @ApiResponse({ status: 200, standardSchema: keyPage })
  async list(
    @Query({ schema: namedPageQuery }) { limit, cursor }: NamedPageQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<KeyWire>> {
    const keys = await this.keys.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(keys, limit, ({ apiKeyId }) => [apiKeyId], toApi);
  }

  @Delete(':apiKeyId')
  @Scopes('keys:write')
  @ApiOperation({
    summary: 'Revoke a machine key',
    description: 'Every process refuses it within 5 seconds. Revoking twice is no error.',
  })
  @ApiResponse({ status: 200, standardSchema: keyWire })
  @ApiResponse({ status: 404, description: 'directory.key_not_found' })
  @ApiResponse({ status: 409, description: 'directory.last_admin_key' })
  async revoke(@Param({ schema: keyPath }) { apiKeyId }: KeyPath, @Caller() caller: CallerType): Promise<KeyWire> {
    return toApi(unwrap(await this.keys.revoke(caller, apiKeyId)));
  }
}

function toApi({ apiKeyId, name, scopes, createdAt, createdBy, revokedAt }: MachineKey): KeyWire {
  return {
    apiKeyId,
    name,
    scopes: [...scopes],
    createdAt: formatInstant(createdAt),
    createdBy,
    revokedAt: revokedAt === null ? null : formatInstant(revokedAt),
  };
}
