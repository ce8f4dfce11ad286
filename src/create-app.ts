import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config/config.js';
import { fastifyAdapter } from './platform/server/fastify-adapter.js';
import { configureHttp } from './platform/server/http-app.js';
import { type Logger, NestLogger } from './platform/logging/logger.js';
import { serveOpenApi } from './platform/openapi/openapi.js';

/** The application, complete but not yet listening: main.ts and the tests start it the same way. */
export async function createApp(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(config, logger),
    fastifyAdapter(),
    {
      rawBody: true,
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  configureHttp(app, logger);
  if (config.role !== 'worker') serveOpenApi(app);
  return app;
}
