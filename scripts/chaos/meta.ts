/** A message as the simulator accepted it. */
export interface MetaMessage {
  id: string;
  sequence: number;
  /** Digits only. */
  to: string;
  template?: string;
  callback?: string;
  /** How it was answered: `accepted`, or accepted but the answer was lost. */
  answer: string;
  /** The statuses it has reported: sent, delivered, read, failed. */
  statuses: string[];
  errorCode?: number;
}

interface MetaStats {
  accepted: number;
  repeated: number;
  repeats: { to: string; template: string; callback?: string }[];
  /** Requests that were cut off without being accepted. */
  cutBeforeAccepting: number;
  perSecond: { last: number; peak: number };
}

const PAGE = 1_000;

/** The control API of the simulator. */
export class Meta {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async stage(scenario: unknown): Promise<void> {
    await this.call('/simulator/scenario', { method: 'PUT', body: scenario });
  }

  async setPhone(id: string, change: unknown): Promise<void> {
    await this.call(`/simulator/phone/${id}`, { method: 'POST', body: change });
  }

  stats(): Promise<MetaStats> {
    return this.call('/simulator/messages/stats');
  }

  /** How many updates it has still to report. */
  async untold(): Promise<number> {
    const { statusesToCome, delayed, queued, inFlight, waitingRetries } = await this.webhooks();
    return statusesToCome + delayed + queued + inFlight + waitingRetries;
  }

  webhooks(): Promise<{
    statusesToCome: number;
    delayed: number;
    queued: number;
    inFlight: number;
    waitingRetries: number;
    updatesGivenUp: number;
    updates: Record<string, number>;
  }> {
    return this.call('/simulator/webhooks');
  }

  /** The sequence of the newest message with this template; -1 if there is none. */
  async newest(template: string): Promise<number> {
    const { data } = await this.page(`template=${template}&limit=1`);
    return data[0]?.sequence ?? -1;
  }

  /** All of them, oldest first. */
  async messages(): Promise<MetaMessage[]> {
    const all: MetaMessage[] = [];
    for (let after = ''; ;) {
      const { data, paging } = await this.page(`order=oldest&limit=${PAGE}${after}`);
      all.push(...data);
      if (paging.after === null) return all;
      after = `&after=${paging.after}`;
    }
  }

  /** Any other route of it. */
  control<T>(path: string, request: { method?: string; body?: unknown } = {}): Promise<T> {
    return this.call(`/simulator/${path}`, request);
  }

  private page(query: string): Promise<{ data: MetaMessage[]; paging: { after: number | null } }> {
    return this.call(`/simulator/messages?${query}`);
  }

  private async call<T>(
    path: string,
    { method = 'GET', body }: { method?: string; body?: unknown } = {},
  ): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${path}: ${text}`);
    return JSON.parse(text) as T;
  }
}
