import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { dump } from 'js-yaml';
import { buildDocument } from './document.js';

/** As committed in openapi.yaml: stable order, no anchors. */
export function toYaml(document: OpenAPIObject): string {
  return dump(JSON.parse(JSON.stringify(document)), { lineWidth: 110, noRefs: true });
}

/** Swagger UI at /docs, the document at /openapi.json and /openapi.yaml. Built at the first request for it. */
export function serveOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  const build = (): OpenAPIObject => (document ??= buildDocument(app));
  SwaggerModule.setup('docs', app, build, { raw: false, customSiteTitle: 'Drumbeat API' });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/openapi.json', async (_, reply) =>
    reply.type('application/json').send(JSON.stringify(build())),
  );
  fastify.get('/openapi.yaml', async (_, reply) => reply.type('application/yaml').send(toYaml(build())));
}
