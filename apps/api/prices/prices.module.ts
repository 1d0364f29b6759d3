import { Module } from '@nestjs/common';
import { PricingModule } from '#pricing/nest';
import { PriceRulesController } from '../price-rules/price-rules.controller.js';
import { CsvBodyModule } from '../tables/csv-body.module.js';
import { PricesController } from './prices.controller.js';

@Module({ imports: [PricingModule, CsvBodyModule], controllers: [PricesController, PriceRulesController] })
export class PricesModule {}
