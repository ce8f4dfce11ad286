import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { AddRecipientsService } from './add-recipients.service.js';
import { ExportRecipientsService } from './export-recipients.service.js';
import { ImportRecipientsService } from './import-recipients.js';
import { CampaignRecipient } from './recipient.entity.js';
import { RecipientsService } from './recipients.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([CampaignRecipient]), CustomersModule],
  providers: [RecipientsService, AddRecipientsService, ImportRecipientsService, ExportRecipientsService],
  exports: [RecipientsService, AddRecipientsService, ImportRecipientsService, ExportRecipientsService],
})
export class RecipientsModule {}
