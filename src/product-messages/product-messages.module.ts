import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule } from '../access/access.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { SendersModule } from '../senders/senders.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { ProductMessagesController } from './api/product-messages.controller.js';
import { ProductClickRow } from './enquiries/product-click.entity.js';
import { ProductEnquiries } from './enquiries/product-enquiries.service.js';
import { Addressees } from './sending/addressees.service.js';
import { FallbackTemplates } from './sending/fallback-templates.service.js';
import { Offers } from './sending/offers.service.js';
import { ProductMessages } from './sending/product-messages.service.js';
import { ProductOutbox } from './sending/product-outbox.service.js';
import { TemplateProducts } from './templates/template-products.service.js';

@Module({})
export class ProductMessagesModule {
  static readonly for = perRole(
    () => ProductMessagesModule,
    ({ inApi, role }) => ({
      imports: [
        TypeOrmModule.forFeature([ProductClickRow]),
        AccessModule.for(role),
        WhatsappModule,
        SendersModule.for(role),
        TemplatesModule.for(role),
        CustomersModule.for(role),
        MessagesModule.for(role),
        CatalogModule.for(role),
      ],
      controllers: inApi(ProductMessagesController),
      providers: [
        TemplateProducts,
        ProductEnquiries,
        ...inApi(Offers, Addressees, FallbackTemplates, ProductOutbox, ProductMessages),
      ],
      exports: [TemplateProducts, ProductEnquiries],
    }),
  );
}
