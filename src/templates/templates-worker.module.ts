import { Module } from '@nestjs/common';
import { CronModule } from '../platform/cron/cron.module.js';
import { TemplateTimetable } from './sync/template-timetable.service.js';

/** What only workers do. */
@Module({ imports: [CronModule], providers: [TemplateTimetable] })
export class TemplatesWorkerModule {}
