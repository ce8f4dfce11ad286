import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PUBLIC_ROUTE } from '../platform/http/route-access.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { pageHeaders } from './page-headers.js';

export const CONSOLE_PATH = '/console/';

const NONCE = '__NONCE__';

/**
 * From dist/src/console, or from the sources themselves, which the tests run. Only the place of this file decides: the
 * console may be built after this process has started.
 */
function builtFolder(): string {
  const path = import.meta.url.endsWith('.js') ? '../../console' : '../../dist/console';
  return fileURLToPath(new URL(path, import.meta.url));
}

/**
 * The built console. Its page answers for every path below /console/ besides the files, because the page itself knows
 * the paths. The names of the files change with their content.
 */
export function serveConsole(fastify: FastifyInstance, publicUrl: string): void {
  const folder = builtFolder();
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/console' || route.url.startsWith(CONSOLE_PATH)) {
      route.config = { ...route.config, ...PUBLIC_ROUTE };
    }
  });
  void fastify.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: `${CONSOLE_PATH}assets/`,
    decorateReply: false,
    // Each request looks again, so the folder may come later.
    suppressWarning: true,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  });
  for (const path of ['/console', `${CONSOLE_PATH}*`]) {
    fastify.get(path, async (_request, reply) => {
      // Read each time: a new build brings new names of files, while this process may go on.
      const page = await readFile(join(folder, 'index.html'), 'utf8').catch(notBuilt);
      const nonce = randomBytes(16).toString('base64url');
      return reply
        .headers(pageHeaders(nonce, publicUrl))
        .type('text/html; charset=utf-8')
        .send(page.replaceAll(NONCE, nonce));
    });
  }
}

function notBuilt(): never {
  const detail = 'The console has not been built here. Run "npm run build", or start with "npm start".';
  throw new DomainError('unavailable', 'console_not_built', detail);
}
