/** Words and versions: what remains names the route. Ids, tokens and numbers stand between them. */
const ROUTE_SEGMENT = /^(v\d+(\.\d+)?|[a-z][a-z_-]{0,30})$/;

/**
 * The address of an outgoing call without anything that could be a secret or a person: no user, no query, and in
 * the path only what names a route. Webhook addresses of integrators carry their secrets in the path.
 */
export function safeUrl(url: string): string {
  if (!URL.canParse(url)) return '';
  const { protocol, host, pathname } = new URL(url);
  const segments = pathname.split('/').map((part) => (part === '' || ROUTE_SEGMENT.test(part) ? part : '*'));
  return `${protocol}//${host}${segments.join('/')}`;
}
