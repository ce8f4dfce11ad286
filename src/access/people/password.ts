import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DomainError } from '../../rules/errors/domain-error.js';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
/** 32 MB and about 100 ms each: cheap for a sign-in, dear for a guesser who has stolen the table. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** More at once would take the memory of the process. */
const AT_ONCE = 2;
/** Two seconds' worth; a flood of tries must not make everyone wait for minutes. */
const MOST_WAITING = 40;

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 200;

let running = 0;
const waiting: (() => void)[] = [];

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await inTurn(() => derive(password.normalize('NFKC'), salt, HASH_BYTES, COST));
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Takes the same time whether the account exists or not: pass undefined for one that does not. */
export async function isPasswordOf(stored: string | undefined, password: string): Promise<boolean> {
  const [, n, r, p, salt = '', hash = ''] = (stored ?? NOBODY).split('$');
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: COST.maxmem };
  const expected = Buffer.from(hash, 'base64');
  const given = await inTurn(() =>
    derive(password.normalize('NFKC'), Buffer.from(salt, 'base64'), expected.length, cost),
  );
  return timingSafeEqual(given, expected) && stored !== undefined;
}

const NOBODY = ['scrypt', COST.N, COST.r, COST.p, 'AAAAAAAAAAAAAAAAAAAAAA==', `${'A'.repeat(43)}=`].join('$');

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running === AT_ONCE && waiting.length >= MOST_WAITING) {
    const detail = 'Too many people are signing in at the moment. Try again in a few seconds.';
    throw new DomainError('rate', 'too_many_tries', detail, { retryAfterSeconds: 5 });
  }
  if (running === AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else running += 1;
  try {
    return await work();
  } finally {
    // The place passes straight to the next one in line.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

let common: Promise<ReadonlySet<string>> | undefined;

/** Why a password is refused; undefined: it may be used. */
export async function passwordProblem(password: string, email: string): Promise<string | undefined> {
  if (Array.from(password).length < MIN_PASSWORD) return `needs at least ${MIN_PASSWORD} characters`;
  const folded = password.normalize('NFKC').toLowerCase();
  if (new Set(folded).size < 5) return 'has too few different characters';
  const [account = ''] = email.toLowerCase().split('@');
  if (folded === email.toLowerCase() || (account.length > 5 && folded.includes(account))) {
    return 'contains the e-mail address';
  }
  common ??= loadCommon();
  return (await common).has(folded) ? 'is one of the passwords that everyone tries first' : undefined;
}

/** Of 49,000 well-known passwords those that are long enough to matter here. Read at the first use only. */
async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= MIN_PASSWORD));
}
