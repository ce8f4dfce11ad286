import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { loadConfig } from './platform/config/config.js';
import { fastifyAdapter } from './platform/server/fastify-adapter.js';
import { setPrefix } from './platform/server/http-app.js';
import { createLogger, NestLogger } from './platform/logging/logger.js';
import { buildDocument } from './platform/openapi/document.js';
import { toYaml } from './platform/openapi/openapi.js';

/** openapi.yaml without a database or a queue: in preview mode Nest reads the modules and makes nothing of them. */
export async function describeApi(): Promise<string> {
  const logger = createLogger('error');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(loadConfig({}), logger),
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
