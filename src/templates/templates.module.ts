import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TemplateRefresh } from './sync/template-refresh.service.js';
import { TemplateSync } from './sync/template-sync.service.js';
import { TemplateUpdates } from './sync/template-updates.service.js';
import { TemplatesController } from './api/templates.controller.js';
import { TemplatesService } from './api/templates.service.js';
import { WhatsappTemplate } from './api/whatsapp-template.entity.js';

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
