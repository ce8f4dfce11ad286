import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type LogFn, pino } from 'pino';
import type { LogLevel } from '../config/config.js';
import { maskFields, maskText } from './mask.js';

/** What the application logs with; the class is also the injection token. */
export abstract class Logger {
  abstract readonly fatal: LogFn;
  abstract readonly error: LogFn;
  abstract readonly warn: LogFn;
  abstract readonly info: LogFn;
  abstract readonly debug: LogFn;
  abstract readonly trace: LogFn;
  abstract isLevelEnabled(level: LogLevel): boolean;
}

/** One JSON object a line; readable lines on a terminal. Every record passes the mask before it is written. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const pretty = destination === undefined && process.stdout.isTTY;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (record) => maskFields(record) as Record<string, unknown>,
      },
      // Errors are described by the mask; pino's own serializer would write them unmasked.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg) => (typeof arg === 'string' ? maskText(arg) : arg)) as never);
        },
      },
      ...(pretty ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
    },
    ...((destination === undefined ? [] : [destination]) as [DestinationStream]),
  );
}

/** Nest's own messages through the same logger. Its start-up chatter is of interest only to a developer. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    if (message instanceof Error) this.logger.error({ err: message, context: rest.at(-1) }, message.message);
    else
      this.logger.error(
        { context: rest.at(-1), stack: rest.length > 1 ? rest[0] : undefined },
        String(message),
      );
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal({ context: rest.at(-1) }, String(message));
  }
  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, String(message));
  }
}
