import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { CONSOLE_PATH, serveConsole } from './console/console.routes.js';
import { fastifyAdapter } from './platform/server/fastify-adapter.js';
import { serveFrontPage } from './platform/server/front-page.js';
import { configureHttp } from './platform/server/http-app.js';
import { RefusalLimit } from './platform/server/refusal-limit.js';
import { type Logger, NestLogger } from './platform/logging/logger.js';
import { serveOpenApi } from './platform/openapi/openapi.js';
import type { Settings } from './settings.js';

/** The application, complete but not yet listening: main.ts and the tests start it the same way. */
export async function createApp(
  settings: Settings,
  logger: Logger,
  refusals = new RefusalLimit(),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(settings, logger),
    fastifyAdapter(settings.config),
    {
      rawBody: true,
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  configureHttp(app, logger, refusals);
  if (settings.config.role !== 'worker') {
    const fastify = app.getHttpAdapter().getInstance();
    const { isServed } = settings.console;
    if (isServed) serveConsole(fastify, settings.config.publicUrl);
    serveFrontPage(fastify, isServed ? CONSOLE_PATH : undefined);
    serveOpenApi(app);
  }
  return app;
}
