import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { TeamsController } from './teams.controller.js';

@Module({ imports: [DirectoryModule], controllers: [TeamsController] })
export class TeamsModule {}
