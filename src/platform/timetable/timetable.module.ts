import { Global, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { RetentionTools } from './retention.js';
import { Timetable } from './timetable.js';

/** Only workers run timetables: every process that imports the ScheduleModule runs its timers. */
@Global()
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [Timetable, RetentionTools],
  exports: [Timetable, RetentionTools],
})
export class TimetableModule {}
