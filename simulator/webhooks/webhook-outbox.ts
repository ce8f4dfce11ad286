import { Dice } from '../random.js';
import type { ScenarioBook } from '../scenario/scenario-book.js';
import { Timeline } from '../timeline.js';
import { signature } from './webhook-body.js';
import { renderBatch } from './webhook-batch.js';
import type { WebhookPost } from './webhook-post.client.js';
import { Fifo } from './fifo.js';
import type { WebhookUpdate } from './webhook-update.js';

/** Waiting retries keep their bytes. Beyond this many the queue waits instead, where an update is small. */
const MOST_WAITING_RETRIES = 2_000;
const DUPLICATE_WITHIN_MS = 500;

interface Parcel {
  url: URL;
  body: Buffer;
  updates: number;
  attempts: number;
}

/** Everything Meta reports to the app: queued, doubled, shuffled, batched, signed, posted and retried. */
export class WebhookOutbox {
  /** A timeline of its own, so that dropping updates drops nothing else. */
  private readonly timeline = new Timeline();
  private readonly queue = new Fifo<{ update: WebhookUpdate; since: number }>();
  private readonly byKind: Record<string, number> = {};
  private readonly counts = {
    posted: 0,
    updatesPosted: 0,
    failedAttempts: 0,
    givenUp: 0,
    updatesGivenUp: 0,
    withoutUrl: 0,
  };
  private told = 0;
  private currentOverride: string | undefined;
  private lastFailure: { url: string; status: number } | undefined;
  private inFlight = 0;
  private updatesInFlight = 0;
  private waitingRetries = 0;
  private wakeUp: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly book: ScenarioBook,
    private readonly post: WebhookPost,
    private readonly appSecret: string,
  ) {}

  /** Where `messages` go instead of the app's own URL (`POST /{WABA}/subscribed_apps`). */
  set override(url: string | undefined) {
    this.currentOverride = url;
  }

  get override(): string | undefined {
    return this.currentOverride;
  }

  /** The dice of its message decide whether an update comes late or twice. */
  tell(update: WebhookUpdate, dice?: Dice): void {
    this.told += 1;
    const { shuffle, duplicates } = this.book.current;
    this.byKind[update.kind] = (this.byKind[update.kind] ?? 0) + 1;
    if (shuffle === null && duplicates === 0) {
      this.enqueue(update);
      return;
    }
    const luck = dice ?? Dice.of(this.book.script.seed, update.kind, this.told);
    const delay = luck.roll() * (shuffle?.windowMs ?? 0);
    const again = luck.chance(duplicates) ? delay + luck.roll() * DUPLICATE_WITHIN_MS : undefined;
    this.timeline.after(delay, () => {
      this.enqueue(update);
    });
    if (again !== undefined) {
      this.timeline.after(again, () => {
        this.enqueue(update);
      });
    }
  }

  stats() {
    return {
      url: this.currentOverride ?? this.book.current.webhookUrl,
      ...this.counts,
      delayed: this.timeline.pending - this.waitingRetries,
      queued: this.queue.length,
      inFlight: this.inFlight,
      updatesInFlight: this.updatesInFlight,
      waitingRetries: this.waitingRetries,
      updates: { ...this.byKind },
      lastFailure: this.lastFailure,
    };
  }

  /** Drops all updates still to be reported; those on the wire arrive. */
  forget(): void {
    this.timeline.clear();
    this.queue.clear();
    this.waitingRetries = 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.wakeUp);
    this.forget();
    await this.post.close();
  }

  private enqueue(update: WebhookUpdate): void {
    if (this.urlFor(update) === undefined) {
      this.counts.withoutUrl += 1;
      return;
    }
    this.queue.push({ update, since: performance.now() });
    this.pump();
  }

  private pump(): void {
    const { webhookConcurrency, webhookBatch } = this.book.current;
    while (!this.closed && this.inFlight < webhookConcurrency && this.waitingRetries < MOST_WAITING_RETRIES) {
      const oldest = this.queue.peek();
      if (oldest === undefined) return;
      const waited = performance.now() - oldest.since;
      if (this.queue.length < webhookBatch.size && waited < webhookBatch.maxWaitMs) {
        this.wakeUp ??= setTimeout(() => {
          this.wakeUp = undefined;
          this.pump();
        }, webhookBatch.maxWaitMs - waited);
        return;
      }
      this.dispatch(this.takeBatch(webhookBatch.size));
    }
  }

  /** The next updates in line that may share a POST: the same destination, the same kind of object. */
  private takeBatch(size: number): WebhookUpdate[] {
    const updates: WebhookUpdate[] = [];
    while (updates.length < size) {
      const next = this.queue.peek()?.update;
      const first = updates[0] ?? next;
      if (next === undefined || next.object !== first?.object || this.urlFor(next) !== this.urlFor(first))
        break;
      this.queue.shift();
      updates.push(next);
    }
    return updates;
  }

  private dispatch(updates: WebhookUpdate[]): void {
    const url = updates[0] === undefined ? undefined : this.urlFor(updates[0]);
    if (url === undefined) {
      this.counts.withoutUrl += updates.length;
      return;
    }
    const body = renderBatch(updates, this.book.current.webhookBatch.shape);
    void this.attempt({ url: new URL(url), body, updates: updates.length, attempts: 0 });
  }

  private async attempt(parcel: Parcel): Promise<void> {
    const { webhookRetry } = this.book.current;
    this.inFlight += 1;
    this.updatesInFlight += parcel.updates;
    const status = await this.post.send(parcel.url, parcel.body, signature(parcel.body, this.appSecret));
    this.inFlight -= 1;
    this.updatesInFlight -= parcel.updates;
    if (this.closed) return;
    parcel.attempts += 1;
    if (status === 200) {
      this.counts.posted += 1;
      this.counts.updatesPosted += parcel.updates;
    } else {
      this.counts.failedAttempts += 1;
      this.lastFailure = { url: parcel.url.href, status };
      if (parcel.attempts >= webhookRetry.attempts) {
        this.counts.givenUp += 1;
        this.counts.updatesGivenUp += parcel.updates;
      } else {
        this.retryLater(
          parcel,
          Math.min(webhookRetry.maxDelayMs, webhookRetry.firstDelayMs * 2 ** (parcel.attempts - 1)),
        );
      }
    }
    this.pump();
  }

  private retryLater(parcel: Parcel, delayMs: number): void {
    this.waitingRetries += 1;
    this.timeline.after(delayMs, () => {
      this.waitingRetries -= 1;
      void this.attempt(parcel);
    });
  }

  /**
   * Management fields go to the app's URL. The override is for messages, and for everything without another URL.
   */
  private urlFor(update: WebhookUpdate): string | undefined {
    const own = this.book.current.webhookUrl ?? undefined;
    return update.field === 'messages' ? (this.currentOverride ?? own) : (own ?? this.currentOverride);
  }
}
