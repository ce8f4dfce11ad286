import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RecipientAdder } from './add-recipients.service.js';
import { RecipientExport } from './export-recipients.service.js';
import { RecipientImportError } from './imports/recipient-import-error.entity.js';
import { RecipientImport } from './imports/recipient-import.entity.js';
import { RecipientImportRetention } from './imports/recipient-import-retention.service.js';
import { RecipientImports } from './imports/recipient-imports.service.js';
import { CampaignRecipient } from './recipient.entity.js';
import { RecipientMerges } from './recipient-merges.service.js';
import { Recipients } from './recipients.service.js';
import { VariantAssignment } from './variants/variant-assignment.service.js';
import { AccessModule } from '../access/access.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EventsModule } from '../events/events.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class RecipientsModule {
  static readonly for = perRole(
    () => RecipientsModule,
    ({ inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([CampaignRecipient, RecipientImport, RecipientImportError]),
        AccessModule.for(role),
        CustomersModule.for(role),
        EventsModule.for(role),
        ...inWorker(TimetableModule),
      ],
      providers: [
        Recipients,
        RecipientAdder,
        RecipientExport,
        RecipientImports,
        VariantAssignment,
        RecipientMerges,
        ...inWorker(RecipientImportRetention),
      ],
      exports: [Recipients, RecipientAdder, RecipientExport, RecipientImports, VariantAssignment],
    }),
  );
}
