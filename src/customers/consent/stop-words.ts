export type Keyword = 'stop' | 'start';

export interface WordLists {
  stop: readonly string[];
  start: readonly string[];
}

/** Unambiguous words only: CANCEL or END may be about an order; an organization can add them itself. */
export const KNOWN_WORDS: WordLists = {
  stop: [
    ...['stop', 'stop all', 'unsubscribe', 'opt out', 'stop messages', 'stop promotions'], // English
    ...['baja', 'darme de baja', 'parar', 'no mas mensajes', 'cancelar suscripcion'], // Spanish
    ...['sair', 'pare', 'descadastrar', 'cancelar inscricao', 'parar mensagens'], // Portuguese
    ...['arret', 'arreter', 'desabonner', 'se desabonner', 'me desabonner', 'desinscription'], // French
    ...['stopp', 'abmelden', 'abbestellen', 'abmeldung'], // German
    ...['disiscrivi', 'disiscrivimi', 'cancella iscrizione', 'basta'], // Italian
    ...['stoppen', 'afmelden', 'uitschrijven'], // Dutch
    ...['berhenti', 'berhenti langganan'], // Indonesian, Malay
    ...['abonelikten çık', 'listeden çık', 'ret'], // Turkish
    ...['стоп', 'отписаться', 'отписка', 'відписатися'], // Russian, Ukrainian
    ...['توقف', 'إيقاف', 'إلغاء الاشتراك'], // Arabic
    ...['הסר', 'הסרה', 'עצור'], // Hebrew
    ...['रोकें', 'बंद करें', 'बंद करो', 'band karo', 'स्टॉप'], // Hindi
    ...['退订', '退訂', '停止', '配信停止'], // Chinese, Japanese
  ],
  start: [
    ...['start', 'unstop', 'subscribe', 'resubscribe', 'opt in'],
    ...['alta', 'darme de alta', 'suscribir', 'suscribirme'],
    ...['inscrever', 'me inscrever', 'assinar'],
    ...['abonner', "s'abonner", "m'abonner", 'reabonner'],
    ...['anmelden', 'anmeldung'],
    ...['iscrivi', 'iscrivimi'],
    ...['aanmelden', 'inschrijven'],
    ...['mulai', 'langganan'],
    ...['abone ol'],
    ...['старт', 'подписаться', 'підписатися'],
    ...['اشتراك', 'اشترك', 'ابدأ'],
    ...['הצטרף', 'הרשמה'],
    ...['शुरू करें', 'शुरू करो', 'shuru karo', 'स्टार्ट'],
    ...['订阅', '訂閱', '配信再開'],
  ],
};

/** No keyword is longer; a message of 4,000 characters is not worth folding. */
const LONGEST_KEYWORD = 60;

/**
 * Recognises a message that consists of a keyword alone: letter case, accents, punctuation, spaces and emoji do not
 * matter, but "please don't stop" is not a STOP. An organization's own words extend the built-in ones; a word in both
 * lists means stop.
 */
export function keywordMatcher(own: Partial<WordLists> = {}): (text: string) => Keyword | null {
  const meaning = new Map<string, Keyword>();
  const learn = (words: readonly string[], keyword: Keyword): void => {
    for (const word of words) meaning.set(fold(word), keyword);
  };
  learn([...KNOWN_WORDS.start, ...(own.start ?? [])], 'start');
  learn([...KNOWN_WORDS.stop, ...(own.stop ?? [])], 'stop');
  meaning.delete('');
  return (text) => (text.trim().length > LONGEST_KEYWORD ? null : (meaning.get(fold(text)) ?? null));
}

/** Keeps what distinguishes words: letters, digits, and vowel signs in the scripts that need them. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036F\u0610-\u061A\u064B-\u065F\u0670\uFE0E\uFE0F\u20E3]/g, '')
    .replace(/ı/g, 'i')
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '');
}
