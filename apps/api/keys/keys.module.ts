import { Module } from '@nestjs/common';
import { DirectoryModule } from '#directory/nest';
import { KeysController } from './keys.controller.js';

@Module({ imports: [DirectoryModule], controllers: [KeysController] })
export class KeysModule {}
