import { Readable } from 'node:stream';

const KEEP_ALIVE = ': keep-alive\n\n';
/** Tells a browser, which would otherwise reconnect, that the stream has ended. */
const END = 'event: end\ndata: {}\n\n';

export interface EventFrames<T> {
  name: string;
  data: (value: T) => object;
  heartbeatMs: number;
}

/**
 * Values as the text of server-sent events. A value is requested only after the client has taken the previous one,
 * and comments keep the connection open through proxies that close silent ones. Destroying the stream, as the HTTP
 * server does when the client is gone, also ends the values.
 */
export function eventFrames<T>(
  values: AsyncIterableIterator<T, undefined>,
  { name, data, heartbeatMs }: EventFrames<T>,
): Readable {
  let isAsking = false;
  const frames = new Readable({
    // Buffered values go stale: a slow client gets the newest value when it reads again.
    highWaterMark: 1,
    read() {
      if (isAsking) return;
      isAsking = true;
      values.next().then(
        ({ done, value }) => {
          isAsking = false;
          if (done !== true) {
            this.push(`event: ${name}\ndata: ${JSON.stringify(data(value))}\n\n`);
          } else {
            clearInterval(heartbeat);
            this.push(END);
            this.push(null);
          }
        },
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      clearInterval(heartbeat);
      void values.return?.();
      done(error);
    },
  });
  const heartbeat = setInterval(() => {
    // Nothing may pile up behind a client that does not read.
    if (frames.readableLength === 0) frames.push(KEEP_ALIVE);
  }, heartbeatMs);
  return frames;
}
