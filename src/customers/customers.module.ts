import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConsentController } from './people/consent.controller.js';
import { ConsentEventRow } from './consent/consent-event.entity.js';
import { ConsentHistoryService } from './consent-history.service.js';
import { ConsentService } from './consent/consent.service.js';
import { CustomerExportService } from './files/customer-export.service.js';
import { CustomerFilesController } from './files/customer-files.controller.js';
import { CustomerImportService } from './files/customer-import.service.js';
import { CustomerImport } from './files/customer-import.entity.js';
import { CustomerImportError } from './files/customer-import-error.entity.js';
import { CustomersController } from './people/customers.controller.js';
import { CustomersService } from './people/customers.service.js';
import { IdentitiesService } from './people/identities.service.js';
import { ImportHistoryService } from './files/import-history.service.js';
import { ImportMerge } from './files/import-merge.service.js';
import { Suppression } from './consent/suppression.entity.js';
import { UserProfile } from './profiles/user-profile.entity.js';

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
