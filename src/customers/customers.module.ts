import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConsentController } from './people/consent.controller.js';
import { ConsentEventRow } from './consent/consent-event.entity.js';
import { Consents } from './consent/consent.service.js';
import { CustomerExport } from './files/customer-export.service.js';
import { CustomerFilesController } from './files/customer-files.controller.js';
import { CustomerImporter } from './files/customer-import.service.js';
import { CustomerImport } from './files/customer-import.entity.js';
import { CustomerImportError } from './files/customer-import-error.entity.js';
import { CustomersController } from './people/customers.controller.js';
import { Customers } from './people/customers.service.js';
import { Identities } from './people/identities.service.js';
import { ProfileMerges } from './people/profile-merges.service.js';
import { ImportHistory } from './files/import-history.service.js';
import { ImportMerge } from './files/import-merge.service.js';
import { ImportRetention } from './files/import-retention.service.js';
import { Suppression } from './consent/suppression.entity.js';
import { UserProfile } from './profiles/user-profile.entity.js';
import { AccessModule } from '../access/access.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { EventsModule } from '../events/events.module.js';
import { CustomerEvents } from './people/customer-events.service.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class CustomersModule {
  static readonly for = perRole(
    () => CustomersModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([
          UserProfile,
          ConsentEventRow,
          Suppression,
          CustomerImport,
          CustomerImportError,
        ]),
        AccessModule.for(role),
        ...inWorker(TimetableModule),
        EventsModule.for(role),
      ],
      controllers: inApi(CustomerFilesController, CustomersController, ConsentController),
      providers: [
        Customers,
        CustomerEvents,
        Consents,
        Identities,
        ProfileMerges,
        CustomerImporter,
        ImportMerge,
        ImportHistory,
        CustomerExport,
        ...inWorker(ImportRetention),
      ],
      exports: [Customers, Consents, Identities, ProfileMerges],
    }),
  );
}
