import { Readable } from 'node:stream';

const KEEP_ALIVE = ': keep-alive\n';
/** Tells a browser, which would otherwise reconnect, that the stream has ended for good. */
const END = 'event: end\ndata: {}\n\n';
const HEARTBEAT_MS = 15_000;
/** A client that has read nothing for so long has gone, or will never catch up. It can come back to its place. */
const LONGEST_SILENCE_MS = 60_000;
/** The connection is closed after this, and the client comes back with the rights that it then has. */
const LONGEST_LIFE_MS = 30 * 60 * 1_000;
const BUFFER_BYTES = 256 * 1_024;
/** For a client to read what is left. One that reads nothing would keep its place, and hold up the end of a process. */
const LAST_WORDS_MS = 5_000;

/** Events as the text of server-sent events, no faster than the client reads them. */
export class EventStream extends Readable {
  private isFull = false;
  private isOver = false;
  private fullBeats = 0;
  private beats = 0;
  private place: string | undefined;
  private toldPlace: string | undefined;
  private cut: NodeJS.Timeout | undefined;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly onGone: () => void) {
    super({ highWaterMark: BUFFER_BYTES });
    this.heartbeat = setInterval(() => {
      this.beat();
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** It has ended, or its client has left. */
  get isGone(): boolean {
    return this.isOver;
  }

  get isReady(): boolean {
    return !this.isFull && !this.destroyed && !this.readableEnded;
  }

  /** `id` is what the client names when it comes back. An event without a name is a message. */
  send({ id, name, data }: { id?: string; name?: string; data: object }): void {
    const lines = [
      ...(id === undefined ? [] : [`id: ${id}`]),
      ...(name === undefined ? [] : [`event: ${name}`]),
      `data: ${JSON.stringify(data)}`,
    ];
    if (id !== undefined) this.toldPlace = id;
    this.write(`${lines.join('\n')}\n\n`);
  }

  /** Nothing up to this place is left to tell. Told with the next heartbeat, so that a client never goes far back. */
  moved(place: string): void {
    this.place = place;
  }

  /** The caller may not read on. */
  finish(): void {
    this.write(END);
    this.close();
  }

  /** The client may come back at once. */
  close(): void {
    this.isOver = true;
    clearInterval(this.heartbeat);
    this.onGone();
    if (this.readableEnded || this.destroyed) return;
    this.push(null);
    this.cut ??= setTimeout(() => {
      this.destroy();
    }, LAST_WORDS_MS).unref();
  }

  override _read(): void {
    this.isFull = false;
    this.fullBeats = 0;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.isOver = true;
    clearInterval(this.heartbeat);
    clearTimeout(this.cut);
    this.onGone();
    done(error);
  }

  private write(text: string): void {
    if (this.destroyed || this.readableEnded) return;
    if (!this.push(text)) this.isFull = true;
  }

  private beat(): void {
    this.beats += 1;
    this.fullBeats = this.isFull ? this.fullBeats + 1 : 0;
    if (this.fullBeats * HEARTBEAT_MS >= LONGEST_SILENCE_MS) this.destroy();
    else if (this.beats * HEARTBEAT_MS >= LONGEST_LIFE_MS) this.close();
    else if (this.readableLength === 0) this.write(`${KEEP_ALIVE}${this.newPlace()}\n`);
  }

  /** A client remembers an id without data, and sees no event. */
  private newPlace(): string {
    if (this.place === undefined || this.place === this.toldPlace) return '';
    this.toldPlace = this.place;
    return `id: ${this.place}\n`;
  }
}
