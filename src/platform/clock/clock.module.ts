import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config, type Role } from '../config/config.js';
import { Clock, SystemClock } from './clock.js';
import { DevClockController } from './dev-clock.controller.js';
import { MovableClock } from './movable-clock.js';

@Global()
@Module({
  providers: [
    {
      provide: Clock,
      inject: [Config],
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

  static for(role: Role): DynamicModule {
    return { module: ClockModule, controllers: role === 'worker' ? [] : [DevClockController] };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.clock instanceof MovableClock) await this.clock.close();
  }
}
