import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Injection token of the logger: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('logger');

@Global()
@Module({})
export class LoggingModule {
  static for(logger: Logger): DynamicModule {
    return { module: LoggingModule, providers: [{ provide: LOGGER, useValue: logger }], exports: [LOGGER] };
  }
}
