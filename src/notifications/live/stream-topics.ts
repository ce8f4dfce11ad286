import { isSelectable, scopesOf } from '../../events/event-kinds.js';
import type { Scope } from '../../platform/http/route-access.js';

/**
 * What a stream can be asked for in a word. The messages of campaigns are in none: they are as many as messages, and
 * `kinds` asks for them by name.
 */
const TOPICS = {
  campaign: [
    'campaign.started',
    'campaign.paused',
    'campaign.resumed',
    'campaign.completed',
    'campaign.cancelled',
  ],
  order: ['order.*', 'payment.*', 'refund.*', 'cart.*'],
  customer: ['customer.*'],
  import: ['import.customers', 'import.recipients', 'import.products'],
  message: ['message.*', 'button.*'],
  sender: ['sender.*'],
  template: ['template.*'],
  catalog: ['product.*', 'catalog.*'],
  need: ['notification.created'],
  custom: ['custom.*'],
} as const satisfies Record<string, readonly string[]>;

export const TOPIC_NAMES = Object.keys(TOPICS) as (keyof typeof TOPICS)[];

function isTopic(word: string): word is keyof typeof TOPICS {
  return Object.hasOwn(TOPICS, word);
}

/** The words of a comma-separated list that are neither topics nor, in `kinds`, kinds of events. */
export function unknownWords({
  topics,
  kinds,
}: {
  topics: readonly string[];
  kinds: readonly string[];
}): { field: 'topics' | 'kinds'; word: string }[] {
  return [
    ...topics.filter((word) => !isTopic(word)).map((word) => ({ field: 'topics' as const, word })),
    ...kinds.filter((word) => !isSelectable(word)).map((word) => ({ field: 'kinds' as const, word })),
  ];
}

/**
 * What the words select; with no word at all, everything of the topics that may be read. A topic that may be read in
 * parts is these parts.
 */
export function selectionsOf(
  { topics, kinds }: { topics: readonly string[]; kinds: readonly string[] },
  mayRead: (scope: Scope) => boolean,
): string[] {
  const readable = (selection: string): boolean => scopesOf(selection).every(mayRead);
  const asked = topics.filter(isTopic).flatMap((topic): readonly string[] => {
    const parts: readonly string[] = TOPICS[topic];
    return parts.some(readable) ? parts.filter(readable) : parts;
  });
  if (topics.length + kinds.length > 0) return [...new Set([...asked, ...kinds])];
  return TOPIC_NAMES.flatMap((topic): readonly string[] => TOPICS[topic]).filter(readable);
}
