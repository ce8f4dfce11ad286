import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomersModule } from '../customers/customers.module.js';
import { AddRecipientsService } from './add-recipients.service.js';
import { OwningCampaign } from './owning-campaign.entity.js';
import { CampaignRecipient } from './recipient.entity.js';
import { RecipientsService } from './recipients.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([CampaignRecipient, OwningCampaign]), CustomersModule],
  providers: [RecipientsService, AddRecipientsService],
  exports: [RecipientsService, AddRecipientsService],
})
export class RecipientsModule {}
