import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from './api.ts';
import { quantile } from './report.ts';

const PAUSE_MS = 100;

/** What a person at the console does while a campaign goes out: reads statistics and lists, one after the other. */
export class Reader {
  private readonly waits: number[] = [];
  private readonly end = new AbortController();
  private readonly reading: Promise<void>;

  constructor(api: Api, campaignId: string) {
    this.reading = this.read(api, [
      `/api/whatsapp/campaigns/${campaignId}/stats`,
      `/api/whatsapp/campaigns/${campaignId}/recipients?limit=100`,
      `/api/marketing/campaigns/${campaignId}/stats`,
      `/api/whatsapp/campaigns?limit=20`,
    ]);
    // `close` rethrows a failure; until then it must not count as unhandled.
    this.reading.catch(() => undefined);
  }

  async close(): Promise<{ reads: number; p50Ms: number; p99Ms: number; longestMs: number }> {
    this.end.abort();
    await this.reading;
    const waits = this.waits;
    return {
      reads: waits.length,
      p50Ms: quantile(waits, 0.5),
      p99Ms: quantile(waits, 0.99),
      longestMs: quantile(waits, 1),
    };
  }

  private async read(api: Api, paths: readonly string[]): Promise<void> {
    for (let n = 0; !this.end.signal.aborted; n++) {
      const begun = performance.now();
      await api.get(paths[n % paths.length] ?? '');
      this.waits.push(performance.now() - begun);
      await pause(PAUSE_MS);
    }
  }
}
