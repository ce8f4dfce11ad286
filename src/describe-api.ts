import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { fastifyAdapter } from './platform/server/fastify-adapter.js';
import { setPrefix } from './platform/server/http-app.js';
import { createLogger, NestLogger } from './platform/logging/logger.js';
import { buildDocument } from './platform/openapi/document.js';
import { toYaml } from './platform/openapi/openapi.js';
import { loadSettings } from './settings.js';

/** openapi.yaml without a database or a queue: in preview mode Nest reads the modules and instantiates nothing. */
export async function describeApi(): Promise<string> {
  const logger = createLogger('error');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(loadSettings({}), logger),
    fastifyAdapter(),
    {
      preview: true,
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  setPrefix(app);
  return toYaml(buildDocument(app));
}
