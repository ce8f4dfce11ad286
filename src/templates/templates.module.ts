import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TemplateRefresh } from './sync/template-refresh.service.js';
import { TemplateSync } from './sync/template-sync.service.js';
import { TemplateUpdates } from './sync/template-updates.service.js';
import { TemplatesController } from './api/templates.controller.js';
import { Templates } from './api/templates.service.js';
import { WhatsappTemplate } from './api/whatsapp-template.entity.js';
import { TemplateTimetable } from './sync/template-timetable.service.js';
import { TemplateNewsEvents } from './history/template-news-events.service.js';
import { EventsModule } from '../events/events.module.js';
import { TemplateJournal } from './history/template-journal.service.js';
import { TemplateHistoryController } from './writing/template-history.controller.js';
import { TemplateEnding } from './writing/template-ending.service.js';
import { TemplateLint } from './writing/template-lint.service.js';
import { TemplateRequests } from './writing/template-requests.service.js';
import { TemplateWritingController } from './writing/template-writing.controller.js';
import { TemplateWriting } from './writing/template-writing.service.js';
import { TemplateEvent } from './history/template-event.entity.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class TemplatesModule {
  static readonly for = perRole(
    () => TemplatesModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([WhatsappTemplate, TemplateEvent]),
        WhatsappModule,
        EventsModule.for(role),
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(TemplateWritingController, TemplateHistoryController, TemplatesController),
      providers: [
        Templates,
        TemplateSync,
        TemplateUpdates,
        TemplateNewsEvents,
        TemplateJournal,
        TemplateRefresh,
        ...inWorker(TemplateTimetable),
        ...inApi(TemplateLint, TemplateRequests, TemplateWriting, TemplateEnding),
      ],
      exports: [Templates, TemplateUpdates],
    }),
  );
}
