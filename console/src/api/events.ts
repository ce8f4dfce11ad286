import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { keys } from './keys.ts';
import { takeStream } from './one-stream.ts';
import { serverNow } from './session.ts';
import type { components } from './schema.d.ts';

export type Counters = components['schemas']['StatsCountsDto'] & {
  campaignId: string;
  status: string;
  /** When they came, by the clock of the installation. */
  readAt: number;
};

/** `over`: the campaign has ended, so nothing more will come. */
export type LiveState = 'connecting' | 'live' | 'trying' | 'over';

const AT_MOST_EVERY_MS = 500;
const RETRY_MS = 5_000;
const HIDDEN_MS = 30_000;

/**
 * Keeps the counters of a campaign up to date in the cache (`keys.counters`), at most twice a second. The stream
 * closes half a minute after the tab is hidden, and comes back with it.
 */
export function useCampaignEvents(id: string | undefined): LiveState {
  const [live, setLive] = useState<LiveState>('connecting');
  const client = useQueryClient();
  useEffect(() => {
    if (id === undefined) return undefined;
    const stop = watch(
      id,
      setLive,
      (counters) => {
        client.setQueryData(keys.counters(id), counters);
      },
      () => void client.invalidateQueries({ queryKey: keys.campaign(id) }),
    );
    return () => {
      stop();
      setLive('connecting');
    };
  }, [id, client]);
  return live;
}

function watch(
  id: string,
  onState: (state: LiveState) => void,
  onCounters: (counters: Counters) => void,
  onEnd: () => void,
): () => void {
  let source: EventSource | undefined;
  let latest: Counters | undefined;
  let pause: number | undefined;
  let retry: number | undefined;
  let hiding: number | undefined;
  let isOver = false;

  const deliver = (): void => {
    pause = undefined;
    if (latest === undefined) return;
    onCounters(latest);
    latest = undefined;
    pause = window.setTimeout(deliver, AT_MOST_EVERY_MS);
  };
  const close = (): void => {
    source?.close();
    source = undefined;
    window.clearTimeout(retry);
  };
  const open = (): void => {
    if (source !== undefined || isOver) return;
    source = new EventSource(`/api/whatsapp/campaigns/${id}/events`);
    source.addEventListener('counters', (event: MessageEvent<string>) => {
      onState('live');
      latest = { ...(JSON.parse(event.data) as Omit<Counters, 'readAt'>), readAt: serverNow() };
      if (pause === undefined) deliver();
    });
    source.addEventListener('end', () => {
      isOver = true;
      close();
      onState('over');
      onEnd();
    });
    source.addEventListener('error', () => {
      onState('trying');
      // The browser comes back by itself after a broken line, but not after a refusal.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      retry = window.setTimeout(open, RETRY_MS);
    });
  };
  const rest = (): void => {
    close();
    if (!isOver) onState('connecting');
  };
  const onVisibility = (): void => {
    window.clearTimeout(hiding);
    if (document.visibilityState === 'visible') open();
    else hiding = window.setTimeout(rest, HIDDEN_MS);
  };
  document.addEventListener('visibilitychange', onVisibility);
  const giveBack = takeStream();
  open();
  return () => {
    giveBack();
    document.removeEventListener('visibilitychange', onVisibility);
    window.clearTimeout(hiding);
    window.clearTimeout(pause);
    close();
  };
}
