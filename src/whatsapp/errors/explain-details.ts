interface Cause {
  code: number;
  /** What Meta's details say then. */
  says: RegExp;
  explanation: string;
}

/** One code for several causes, which only the details tell apart. */
const CAUSES: readonly Cause[] = [
  {
    code: 131_009,
    says: /products? not found/i,
    explanation:
      'A product is not in the catalog that the WhatsApp account of the sender sells from: the SKU is unknown there, the synchronisation has not reached it yet, or another catalog is connected. Look at GET .../catalogs/{id}/connection, synchronise, and send again; the same message at once would fail again.',
  },
  {
    code: 131_009,
    says: /commerce setting|catalog.{0,40}(disabled|not enabled|turned off|switched off|\boff\b)/i,
    explanation:
      'The catalog of the sending number is switched off. Switch it on with PUT .../catalogs/{id}/connection {"isCatalogVisible": true}, then send again.',
  },
  {
    code: 131_009,
    says: /header.{0,40}not (allowed|supported)/i,
    explanation:
      'The message has a header that Meta does not allow for this kind. Drumbeat made the message wrongly: please report it.',
  },
  {
    code: 131_009,
    says: /missing|required|must be|at most|at least|between|too (long|many)|out of range/i,
    explanation:
      'A value of the message is missing or outside what Meta allows. Drumbeat made the message wrongly: please report it with the details.',
  },
];

/** The cause behind an error whose code alone says too little; undefined: the details name none that is known. */
export function causeIn(code: number | null, details: string | null | undefined): string | undefined {
  if (code === null || details === null || details === undefined) return undefined;
  return CAUSES.find((cause) => cause.code === code && cause.says.test(details))?.explanation;
}
