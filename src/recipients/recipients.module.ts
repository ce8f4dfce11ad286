import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RecipientAdder } from './add-recipients.service.js';
import { RecipientExport } from './export-recipients.service.js';
import { CampaignRecipient } from './recipient.entity.js';
import { Recipients } from './recipients.service.js';
import { AccessModule } from '../access/access.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class RecipientsModule {
  static readonly for = perRole(
    () => RecipientsModule,
    ({ role }) => ({
      imports: [
        TypeOrmModule.forFeature([CampaignRecipient]),
        AccessModule.for(role),
        CustomersModule.for(role),
      ],
      providers: [Recipients, RecipientAdder, RecipientExport],
      exports: [Recipients, RecipientAdder, RecipientExport],
    }),
  );
}
