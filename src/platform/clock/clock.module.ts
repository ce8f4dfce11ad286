import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Clock, SystemClock } from './clock.js';
import { DevClockController } from './dev-clock.controller.js';
import { MovableClock } from './movable-clock.js';

@Global()
@Module({
  providers: [
    {
      provide: Clock,
      inject: [CONFIG],
      useFactory: ({ clock, databaseUrl }: Config): Clock | Promise<Clock> =>
        clock === undefined || databaseUrl === undefined
          ? new SystemClock()
          : MovableClock.open(databaseUrl, clock),
    },
  ],
  exports: [Clock],
})
export class ClockModule implements OnApplicationShutdown {
  constructor(@Inject(Clock) private readonly clock: Clock) {}

  static withRoutes(): DynamicModule {
    return { module: ClockModule, controllers: [DevClockController] };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.clock instanceof MovableClock) await this.clock.close();
  }
}
