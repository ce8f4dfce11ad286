import type { FastifyInstance } from 'fastify';
import { PUBLIC_ROUTE } from '../http/route-access.js';

const PLACES = {
  name: 'Drumbeat',
  documentation: '/docs',
  openapi: '/openapi.json',
  health: '/health/ready',
} as const;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Drumbeat</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; }
  pre { background: #f2f2f2; color: #222; padding: 1rem; overflow: auto; }
</style>
<h1>Drumbeat is running</h1>
<p>This is the API for WhatsApp campaigns and commerce. This installation has no console, only the documentation:</p>
<ul>
  <li><a href="docs">Documentation</a>, where every call can be tried out</li>
  <li><a href="openapi.json">OpenAPI document</a></li>
  <li><a href="health/ready">Health</a></li>
</ul>
<h2>First steps</h2>
<ol>
  <li>Find the admin key: <code>ADMIN_API_KEY</code> if it is set, else the file <code>admin-api-key</code> in the data
    directory (<code>.data</code>).</li>
  <li>Open the <a href="docs">documentation</a>, press <b>Authorize</b> and enter the key.</li>
  <li>Or call the API. This lists the connected numbers:
<pre>curl -H "X-API-Key: $(cat .data/admin-api-key)" localhost:3000/api/whatsapp/senders</pre></li>
  <li>The README shows a first campaign, from customers to statistics.</li>
</ol>
</html>
`;

/** Leads a browser to the console, if there is one. Clients that ask for JSON get the places. */
export function serveFrontPage(fastify: FastifyInstance, console: string | undefined): void {
  const places = console === undefined ? PLACES : { ...PLACES, console };
  fastify.get('/', { config: PUBLIC_ROUTE }, async ({ headers }, reply) => {
    void reply.header('vary', 'accept');
    const accept = headers.accept ?? '';
    if (/\bjson\b/.test(accept) && !/\btext\/html\b/.test(accept)) return reply.send(places);
    if (console !== undefined) return reply.redirect(console, 302);
    return reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(PAGE);
  });
}
