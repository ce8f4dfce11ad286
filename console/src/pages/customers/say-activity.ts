import type { CustomersWords } from '../../../messages/customers.ts';
import type { PeopleWords } from '../../../messages/people.ts';
import type { Moment } from '../../ui/timeline/timeline.tsx';
import type { Activity } from './customers.query.ts';

/** One thing that happened with a person, as a sentence. What a newer API may add is said by its kind. */
export function sayActivity(
  { kind, facts }: Pick<Activity, 'kind' | 'facts'>,
  words: CustomersWords,
  { people }: PeopleWords,
): { text: string; tone: Moment['tone'] } {
  const said = words.one;
  const fact = (name: string): string => textOf(facts[name]);
  switch (kind) {
    case 'messages': {
      if (fact('direction') === 'inbound') {
        const wrote = contentOf(facts['content']);
        return { text: wrote === '' ? said.wrotePlain : said.wrote(wrote), tone: 'ok' };
      }
      const template = fact('templateName');
      const content = contentOf(facts['content']);
      const what =
        template !== '' ? said.gotTemplate(template) : content === '' ? said.gotPlain : said.got(content);
      return fact('status') === 'failed'
        ? { text: said.notGot(what), tone: 'bad' }
        : { text: what, tone: 'plain' };
    }
    case 'campaigns': {
      const status = fact('status');
      const known = people.status as Readonly<Record<string, string>>;
      const parts = [
        said.campaign(fact('name'), known[status] ?? status),
        fact('reply') === '' ? '' : said.replied(fact('reply')),
        fact('failureReason'),
      ];
      const isBad = status === 'failed';
      const isGood = ['delivered', 'read', 'responded'].includes(status);
      return {
        text: parts.filter((part) => part !== '').join(' · '),
        tone: isBad ? 'bad' : isGood ? 'ok' : 'plain',
      };
    }
    case 'orders':
      return {
        text: said.order(fact('orderNumber'), `${fact('currency')} ${fact('total')}`),
        tone: 'ok',
      };
    case 'consent': {
      const kinds = said.consentKinds as Readonly<Record<string, string>>;
      const of = fact('kind');
      return { text: kinds[of] ?? of, tone: isNo(of) ? 'bad' : 'ok' };
    }
  }
}

/** Kinds of consent that end marketing. */
export function isNo(kind: string): boolean {
  return ['opt_out', 'stop', 'stop_preference'].includes(kind);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const LONGEST = 200;

/** The text of a message, wherever its type keeps it. */
function contentOf(content: unknown): string {
  if (typeof content === 'string') return shortened(content);
  if (typeof content !== 'object' || content === null) return '';
  for (const name of ['text', 'body', 'title', 'caption']) {
    const value: unknown = (content as Record<string, unknown>)[name];
    const found = contentOf(value);
    if (found !== '') return found;
  }
  return '';
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
