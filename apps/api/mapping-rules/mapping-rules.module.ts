import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { StatementModule } from '#statement/nest';
import { MappingRulesController } from './mapping-rules.controller.js';

@Module({ imports: [DirectoryModule, StatementModule], controllers: [MappingRulesController] })
export class MappingRulesModule {}
