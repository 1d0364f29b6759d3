import { Module } from '@nestjs/common';
import { PricingModule } from '#pricing/nest';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { PricesController } from './prices.controller.js';

@Module({ imports: [PricingModule, CsvBodyModule], controllers: [PricesController] })
export class PricesModule {}
