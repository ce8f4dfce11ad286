import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConsentController } from './consent.controller.js';
import { ConsentEventRow } from './consent-event.entity.js';
import { ConsentHistoryService } from './consent-history.service.js';
import { ConsentService } from './consent.service.js';
import { CustomerExportService } from './customer-export.service.js';
import { CustomerFilesController } from './customer-files.controller.js';
import { CustomerImportService } from './customer-import.service.js';
import { CustomerImport } from './customer-import.entity.js';
import { CustomerImportError } from './customer-import-error.entity.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { IdentitiesService } from './identities.service.js';
import { ImportHistoryService } from './import-history.service.js';
import { ImportMerge } from './import-merge.service.js';
import { Suppression } from './suppression.entity.js';
import { UserProfile } from './user-profile.entity.js';

/** Global: webhooks and campaigns share the one instance. */
@Global()
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
  providers: [
    CustomersService,
    ConsentService,
    ConsentHistoryService,
    IdentitiesService,
    CustomerImportService,
    ImportMerge,
    ImportHistoryService,
    CustomerExportService,
  ],
  exports: [CustomersService, ConsentService, IdentitiesService],
})
export class CustomersModule {
  static withRoutes(): DynamicModule {
    return {
      module: CustomersModule,
      controllers: [CustomerFilesController, CustomersController, ConsentController],
    };
  }
}
