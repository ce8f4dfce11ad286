import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { dump } from 'js-yaml';
import { PUBLIC_ROUTE } from '../http/route-access.js';
import { buildDocument } from './document.js';

/** As committed in openapi.yaml: stable order, no anchors. */
export function toYaml(document: OpenAPIObject): string {
  return dump(JSON.parse(JSON.stringify(document)), { lineWidth: 110, noRefs: true });
}

/** Swagger UI at /docs, the document at /openapi.json and /openapi.yaml. Built at the first request for it. */
export function serveOpenApi(app: NestFastifyApplication): void {
  let document: OpenAPIObject | undefined;
  const build = (): OpenAPIObject => (document ??= buildDocument(app));
  const fastify = app.getHttpAdapter().getInstance();
  // The page and its scripts are routes that Swagger makes.
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/')) {
      route.config = { ...route.config, ...PUBLIC_ROUTE };
    }
  });
  SwaggerModule.setup('docs', app, build, { raw: false, customSiteTitle: 'Drumbeat API' });
  fastify.get('/openapi.json', { config: PUBLIC_ROUTE }, async (_, reply) =>
    reply.type('application/json').send(JSON.stringify(build())),
  );
  fastify.get('/openapi.yaml', { config: PUBLIC_ROUTE }, async (_, reply) =>
    reply.type('application/yaml').send(toYaml(build())),
  );
}
