import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TemplateRefresh } from './template-refresh.service.js';
import { TemplateSync } from './template-sync.service.js';
import { TemplateUpdates } from './template-updates.service.js';
import { TemplatesController } from './templates.controller.js';
import { TemplatesService } from './templates.service.js';
import { WhatsappTemplate } from './whatsapp-template.entity.js';

/** Global: campaigns, webhooks and the timetable of the workers share the one instance. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([WhatsappTemplate])],
  providers: [TemplatesService, TemplateSync, TemplateUpdates, TemplateRefresh],
  exports: [TemplatesService, TemplateUpdates, TemplateRefresh],
})
export class TemplatesModule {
  static withRoutes(): DynamicModule {
    return { module: TemplatesModule, controllers: [TemplatesController] };
  }
}
