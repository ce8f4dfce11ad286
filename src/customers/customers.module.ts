import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConsentController } from './consent.controller.js';
import { ConsentEventRow } from './consent-event.entity.js';
import { ConsentHistoryService } from './consent-history.service.js';
import { ConsentService } from './consent.service.js';
import { CustomerImport } from './customer-import.entity.js';
import { CustomerImportError } from './customer-import-error.entity.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { Suppression } from './suppression.entity.js';
import { UserProfile } from './user-profile.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      UserProfile,
      ConsentEventRow,
      Suppression,
      CustomerImport,
      CustomerImportError,
    ]),
  ],
  providers: [CustomersService, ConsentService, ConsentHistoryService],
  exports: [CustomersService, ConsentService],
})
export class CustomersModule {
  static withRoutes(): DynamicModule {
    return { module: CustomersModule, controllers: [CustomersController, ConsentController] };
  }
}
