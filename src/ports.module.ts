import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CampaignsOfMedia } from './campaigns/campaign/campaigns-of-media.service.js';
import { CampaignsOfTemplate } from './campaigns/campaign/campaigns-of-template.service.js';
import { CampaignsOfSender } from './campaigns/campaign/campaigns-of-sender.service.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { ServiceWindows } from './customers/people/service-windows.js';
import { Operators } from './experiments/operators.service.js';
import { MediaExamples } from './media/media-examples.service.js';
import { MediaModule } from './media/media.module.js';
import { MediaUse } from './media/media-use.service.js';
import { CustomerWindows } from './messages/conversations/customer-windows.service.js';
import { MessagesModule } from './messages/messages.module.js';
import { Notices } from './notifications/notices/notices.service.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PaymentsOfSender } from './orders/payments/payments-of-sender.service.js';
import type { Role } from './platform/config/config.js';
import { SenderDirectory } from './senders/directory/sender-directory.service.js';
import { SenderPayments } from './senders/directory/sender-payments.service.js';
import { SenderUse } from './senders/directory/sender-use.js';
import { SendersModule } from './senders/senders.module.js';
import { TemplateUse } from './templates/writing/template-use.service.js';
import { ExampleFiles } from './whatsapp/media/example-files.js';
import { BusinessAccounts } from './whatsapp/graph/business-accounts.js';

/**
 * What a lower feature asks for and a higher one, which it must not import, can answer: customers show the service
 * window that messages keep, templates are read from the accounts that senders know and show examples that lie in the
 * media, a sender, a file or a template that campaigns or payments
 * need cannot be deleted, and an experiment that nobody can decide becomes a notice for people.
 */
@Global()
@Module({})
export class PortsModule {
  static for(role: Role): DynamicModule {
    return {
      module: PortsModule,
      imports: [
        SendersModule.for(role),
        MediaModule.for(role),
        MessagesModule.for(role),
        CampaignsModule.for(role),
        OrdersModule.for(role),
        NotificationsModule.for(role),
      ],
      providers: [
        { provide: BusinessAccounts, useExisting: SenderDirectory },
        { provide: ServiceWindows, useExisting: CustomerWindows },
        { provide: SenderUse, useExisting: CampaignsOfSender },
        { provide: SenderPayments, useExisting: PaymentsOfSender },
        { provide: MediaUse, useExisting: CampaignsOfMedia },
        { provide: TemplateUse, useExisting: CampaignsOfTemplate },
        { provide: ExampleFiles, useExisting: MediaExamples },
        { provide: Operators, useExisting: Notices },
      ],
      exports: [
        BusinessAccounts,
        ServiceWindows,
        SenderUse,
        SenderPayments,
        MediaUse,
        TemplateUse,
        ExampleFiles,
        Operators,
      ],
    };
  }
}
