import type { FastifyReply, FastifyRequest } from 'fastify';
import { LONGEST_SECONDS } from './session-lifetime.js';

const SECURE_NAME = '__Host-drumbeat';
/** Over plain http a browser accepts neither the prefix nor `Secure`. */
const PLAIN_NAME = 'drumbeat';

/** Behind a proxy only the public address says how browsers reach us. */
export function isSecureSite({ publicUrl }: { publicUrl: string }): boolean {
  return publicUrl.startsWith('https:');
}

/** The token of the session, which no script of the page can read. */
/** Over https only the name with the prefix counts: another host of the site can set the plain one. */
export function sessionTokenFrom(
  { headers }: Pick<FastifyRequest, 'headers'>,
  isSecure: boolean,
): string | undefined {
  const cookies = new Map(
    (headers.cookie ?? '').split(';').map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  return cookies.get(isSecure ? SECURE_NAME : PLAIN_NAME);
}

export function setSessionCookie(reply: FastifyReply, token: string, isSecure: boolean): void {
  void reply.header('set-cookie', cookie(token, LONGEST_SECONDS, isSecure));
}

export function clearSessionCookie(reply: FastifyReply, isSecure: boolean): void {
  void reply.header('set-cookie', cookie('', 0, isSecure));
}

function cookie(value: string, seconds: number, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  const secure = isSecure ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}
