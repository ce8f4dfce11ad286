import { type DynamicModule, Global, Module } from '@nestjs/common';
import { BullModule } from '@nestjs/bullmq';
import { DiscoveryModule } from '@nestjs/core';
import { Config } from '../config/config.js';
import { type QueueTarget, queueTarget } from './queue-connection.js';
import { Queues, QUEUE_TARGET } from './queues.js';

/** Jobs are reminders, the rows are the truth: finished jobs are not needed, failed ones are kept for inspection. */
const JOB_DEFAULTS = { removeOnComplete: true, removeOnFail: { count: 1_000, age: 7 * 24 * 3_600 } };

@Global()
@Module({
  providers: [
    {
      provide: QUEUE_TARGET,
      inject: [Config],
      useFactory: ({ databaseUrl, redisUrl }: Config) => {
        if (databaseUrl === undefined) throw new TypeError('DATABASE_URL is not set');
        return queueTarget(databaseUrl, redisUrl);
      },
    },
  ],
  exports: [QUEUE_TARGET],
})
class QueueTargetModule {}

@Global()
@Module({
  imports: [
    DiscoveryModule,
    QueueTargetModule,
    BullModule.forRootAsync({
      inject: [QUEUE_TARGET],
      useFactory: ({ connection }: QueueTarget) => ({ connection, defaultJobOptions: JOB_DEFAULTS }),
    }),
  ],
  providers: [Queues],
  exports: [Queues],
})
export class QueueModule {
  /** One queue, for the module that owns it. Few names and fixed ones: each keeps its own event rows. */
  static queue(name: string): DynamicModule {
    return BullModule.registerQueue({ name, streams: { events: { maxLen: 1_000 } } });
  }
}
