import type { INestApplication } from '@nestjs/common';
import type { Logger } from './platform/logging/logger.js';

const PATIENCE_MS = 6_000;
const ORPHAN_PATIENCE_MS = 1_000;

/**
 * Stops in order: no new requests and jobs, finish what is under way, close the database last (Nest calls the
 * shutdown hooks of modules in that order). Work that does not finish in time is cut off: every step can be repeated
 * or recognised after a crash, so a hard end costs only time. `afterwards` runs once everything is closed, in the
 * time that is left; not finishing it is not a failure.
 */
export function stopOnSignals(
  app: INestApplication,
  logger: Logger,
  afterwards: () => Promise<void> | undefined,
): void {
  let stopping = false;
  let closed = false;
  const stop = (reason: string, patienceMs = PATIENCE_MS): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => {
      if (closed) process.exit(0);
      logger.warn('not everything finished in time');
      process.exit(1);
    }, patienceMs).unref();
    app
      .close()
      .then(() => {
        closed = true;
        return afterwards();
      })
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal);
    });
  }
  // The supervisor was killed, and the next one is waiting for the port.
  process.on('disconnect', () => {
    stop('the supervisor is gone', ORPHAN_PATIENCE_MS);
  });
}
