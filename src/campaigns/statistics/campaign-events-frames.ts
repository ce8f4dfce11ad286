import { Readable } from 'node:stream';

const KEEP_ALIVE = ': keep-alive\n\n';
/** Tells a browser, which would otherwise connect again, that there is nothing more to come. */
const END = 'event: end\ndata: {}\n\n';

export interface EventFrames<T> {
  name: string;
  data: (value: T) => object;
  heartbeatMs: number;
}

/**
 * Values as the text of server-sent events. A value is asked for only when the client has taken the one before, and
 * comments keep the connection open through proxies that close silent ones. Whoever destroys the stream, as an
 * HTTP server does when its client has gone, ends the values too.
 */
export function eventFrames<T>(
  values: AsyncIterableIterator<T, undefined>,
  { name, data, heartbeatMs }: EventFrames<T>,
): Readable {
  let isAsking = false;
  const frames = new Readable({
    // What waits in here grows old: a slow client gets the newest value when it comes to read again.
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
    // Behind a client that reads nothing, nothing may pile up.
    if (frames.readableLength === 0) frames.push(KEEP_ALIVE);
  }, heartbeatMs);
  return frames;
}
