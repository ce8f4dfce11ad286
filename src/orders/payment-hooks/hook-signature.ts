import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given.toLowerCase()), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Razorpay signs the bytes of the body. After a change of the secret, old events still come with the one before. */
export function isSignedByRazorpay(
  body: Buffer,
  signature: unknown,
  secrets: readonly (string | null)[],
): boolean {
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const known = secrets.filter((secret) => secret !== null);
  const fits = known.map((secret) =>
    isSame(signature, createHmac('sha256', secret).update(body).digest('hex')),
  );
  return fits.includes(true);
}

/** PayU hashes the fields in reverse, beginning with the salt; surcharges come in front when there are any. */
export function isSignedByPayu(
  form: URLSearchParams,
  { merchantKey, salt }: { merchantKey: string; salt: string },
): boolean {
  const names = [...form.keys()];
  // Of a doubled field nobody could say which value was signed.
  if (new Set(names).size < names.length) return false;
  const field = (name: string): string => form.get(name) ?? '';
  const given = field('hash');
  if (!/^[0-9a-f]{128}$/i.test(given) || field('key') !== merchantKey) return false;
  const udfs = [5, 4, 3, 2, 1].map((number) => field(`udf${number}`));
  const signed = [
    ...[salt, field('status'), '', '', '', '', '', ...udfs],
    ...[
      field('email'),
      field('firstname'),
      field('productinfo'),
      field('amount'),
      field('txnid'),
      merchantKey,
    ],
  ].join('|');
  const surcharges = field('additionalCharges') || field('additional_charges');
  const text = surcharges === '' ? signed : `${surcharges}|${signed}`;
  return isSame(given, createHash('sha512').update(text).digest('hex'));
}
