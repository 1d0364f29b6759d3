import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Clock, formatInstant } from '#calendar';
import {
  type CreateTeamBody,
  createTeamBody,
  type NamedPageQuery,
  namedPageQuery,
  type Page,
  type SetTeamBody,
  setTeamBody,
  type TeamPath,
  type TeamWire,
  teamPage,
  teamPath,
  teamWire,
  toPage,
} from '#contract';
import { type Caller as CallerType, costCenterAt, TEAMS, type Team, type Teams } from '#directory';
import { CLOCK } from '#platform';
import { Caller, Scopes } from '../auth/decorators.js';
import { unwrap } from '../problem/failure.exception.js';

@ApiTags('teams')
@Controller('v1/teams')
export class TeamsController {
  constructor(
    @Inject(TEAMS) private readonly teams: Teams,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Scopes('directory:read')
  @ApiOperation({ summary: 'List the teams with their cost centres' })
  @ApiResponse({ status: 200, standardSchema: teamPage })
  async list(
    @Query({ schema: namedPageQuery }) { limit, cursor }: NamedPageQuery,
    @Caller() { accountId }: CallerType,
  ): Promise<Page<TeamWire>> {
    const teams = await this.teams.list({ accountId, after: cursor?.[0], limit: limit + 1 });
    return toPage(
      teams,
      limit,
      ({ team }) => [team],
      (team) => this.toApi(team),
    );
  }

  @Post()
  @Scopes('directory:write')
  @ApiOperation({ summary: 'Make a team' })
  @ApiResponse({ status: 201, standardSchema: teamWire })
  @ApiResponse({ status: 409, description: 'directory.team_exists' })
  async create(
    @Body({ schema: createTeamBody }) body: CreateTeamBody,
    @Caller() caller: CallerType,
  ): Promise<TeamWire> {
    return this.toApi(unwrap(await this.teams.create(caller, toInput(body.team, body))));
  }

  @Get(':team')
  @Scopes('directory:read')
  @ApiOperation({ summary: 'One team with all versions of its cost centre' })
  @ApiResponse({ status: 200, standardSchema: teamWire })
  @ApiResponse({ status: 404, description: 'directory.team_not_found' })
  async find(@Param({ schema: teamPath }) { team }: TeamPath, @Caller() { accountId }: CallerType): Promise<TeamWire> {
    return this.toApi(unwrap(await this.teams.find(accountId, team)));
  }

  @Put(':team')
  @Scopes('directory:write')
  @ApiOperation({
    summary: 'Make or change a team',
    description: 'A new cost centre is a new version that holds from `validFrom` on; earlier usage keeps its own.',
  })
  @ApiResponse({ status: 200, standardSchema: teamWire })
  async set(
    @Param({ schema: teamPath }) { team }: TeamPath,
    @Body({ schema: setTeamBody }) body: SetTeamBody,
    @Caller() caller: CallerType,
  ): Promise<TeamWire> {
    return this.toApi(await this.teams.set(caller, toInput(team, body)));
  }

  private toApi({ team, displayName, registeredBy, createdAt, versions }: Team): TeamWire {
    return {
      team,
      displayName,
      costCenter: costCenterAt(versions, this.clock.now()),
      registeredBy,
      createdAt: formatInstant(createdAt),
      versions: versions.map(({ version, validFrom, costCenter, recordedAt, recordedBy }) => ({
        version,
        validFrom: formatInstant(validFrom),
        costCenter,
        recordedAt: formatInstant(recordedAt),
        recordedBy,
      })),
    };
  }
}

function toInput(team: string, { displayName, costCenter, validFrom }: SetTeamBody) {
  return { team, displayName, costCenter, validFrom };
}
