import { useEffect } from 'react';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { isStreamTaken, onStreamTaken } from './one-stream.ts';
import { keys } from './keys.ts';
import { may, useSession } from './session.ts';

const RETRY_MS = 5_000;
const HIDDEN_MS = 30_000;
/** Events that come together have the lists read once. */
const GATHER_MS = 1_000;

/** What each topic changes, and the scope that it needs. */
const TOPICS: readonly { topic: string; scope: string; areas: readonly string[]; key: QueryKey }[] = [
  { topic: 'campaign', scope: 'campaigns:read', areas: ['campaign'], key: keys.campaigns },
  {
    ...{ topic: 'order', scope: 'orders:read', areas: ['order', 'payment', 'refund', 'cart'] },
    key: keys.orders,
  },
  { topic: 'catalog', scope: 'catalog:read', areas: ['product', 'catalog'], key: keys.catalogs },
  { topic: 'sender', scope: 'campaigns:read', areas: ['sender'], key: keys.senders },
  { topic: 'template', scope: 'campaigns:read', areas: ['template'], key: keys.templates },
  { topic: 'need', scope: 'webhooks:read', areas: ['notification'], key: keys.notices },
];

/** Keeps the lists of the console up to date by what happens. They are read again as before where it is closed. */
export function useLiveLists(): void {
  const session = useSession();
  const client = useQueryClient();
  const topics = TOPICS.filter(({ scope }) => may(session, scope))
    .map(({ topic }) => topic)
    .join(',');
  useEffect(() => {
    if (topics === '') return undefined;
    const changed = new Set<QueryKey>();
    let gathering: number | undefined;
    const note = (named: readonly QueryKey[]): void => {
      named.forEach((key) => changed.add(key));
      gathering ??= window.setTimeout(() => {
        gathering = undefined;
        for (const queryKey of changed) void client.invalidateQueries({ queryKey });
        changed.clear();
      }, GATHER_MS);
    };
    const stop = watch(`/api/events/stream?topics=${topics}`, {
      onEvent: (type) => {
        const [area] = type.split('.', 1);
        note(TOPICS.filter(({ areas }) => areas.includes(area ?? '')).map(({ key }) => key));
      },
      onGap: () => {
        note(TOPICS.map(({ key }) => key));
      },
    });
    return () => {
      stop();
      window.clearTimeout(gathering);
    };
  }, [topics, client]);
}

interface Listener {
  onEvent: (type: string) => void;
  /** It was closed for a while, so that something may have been missed. */
  onGap: () => void;
}

function watch(address: string, { onEvent, onGap }: Listener): () => void {
  let source: EventSource | undefined;
  let retry: number | undefined;
  let hiding: number | undefined;
  let wasOpen = false;
  let isOver = false;
  let isHidden = false;

  const close = (): void => {
    source?.close();
    source = undefined;
    window.clearTimeout(retry);
  };
  const open = (): void => {
    if (source !== undefined || isOver || isHidden || isStreamTaken()) return;
    if (wasOpen) onGap();
    wasOpen = true;
    source = new EventSource(address);
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      onEvent((JSON.parse(data) as { type: string }).type);
    });
    source.addEventListener('gap', onGap);
    source.addEventListener('end', () => {
      isOver = true;
      close();
    });
    source.addEventListener('error', () => {
      // The browser comes back by itself after a broken line, but not after a refusal.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      retry = window.setTimeout(open, RETRY_MS);
    });
  };
  const settle = (): void => {
    if (isHidden || isStreamTaken()) close();
    else open();
  };
  const onVisibility = (): void => {
    window.clearTimeout(hiding);
    const rest = (): void => {
      isHidden = document.visibilityState !== 'visible';
      settle();
    };
    if (document.visibilityState === 'visible') rest();
    else hiding = window.setTimeout(rest, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', onVisibility);
  const forget = onStreamTaken(settle);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    forget();
    window.clearTimeout(hiding);
    close();
  };
}
