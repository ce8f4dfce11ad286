import { Global, Module } from '@nestjs/common';
import { Cron } from '../timetable/timetable.js';

/** Only workers run timetables. */
@Global()
@Module({ providers: [Cron], exports: [Cron] })
export class CronModule {}
