import { type IncomingHttpHeaders } from 'node:http';
import { type Dispatcher } from 'undici';

export type Exchanged =
  | { answered: true; status: number; headers: IncomingHttpHeaders; text: string }
  | {
      answered: false;
      /** There was a usable connection and the request was given to it: any part of it can have arrived. */
      mayHaveLeft: boolean;
      reason: Error;
    };

/**
 * One request and its answer. undici calls `onRequestStart` when it has a connection (behind a proxy: a tunnel; with
 * TLS: an agreed key) and is about to write: the line between what has certainly not left and what may have.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | undefined;
  private isOver = false;
  private status = 0;
  private headers: IncomingHttpHeaders = {};

  constructor(
    private readonly resolve: (result: Exchanged) => void,
    private readonly timeoutMs: number,
  ) {
    // One timer for everything: undici's timers count headers and body separately and restart with every byte.
    this.timer = setTimeout(() => {
      this.expire();
    }, timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while waiting for a connection, or started before: undici restarts a request when it thinks that the
    // connection was closed through no fault of the request. A request aborted here is not written.
    if (this.isOver || this.controller !== undefined)
      controller.abort(new Error('it may have been sent before'));
    else this.controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.chunks;
    const body = first !== undefined && this.chunks.length === 1 ? first : Buffer.concat(this.chunks);
    this.end({ answered: true, status: this.status, headers: this.headers, text: body.toString() });
  }

  onResponseError(_: Dispatcher.DispatchController, reason: Error): void {
    this.end({ answered: false, mayHaveLeft: this.controller !== undefined, reason });
  }

  private expire(): void {
    const reason = new Error(`no answer within ${this.timeoutMs} ms`);
    this.end({ answered: false, mayHaveLeft: this.controller !== undefined, reason });
    this.controller?.abort(reason);
  }

  private end(result: Exchanged): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.resolve(result);
  }
}

/** Never rejects. `timeoutMs` is for all of it, from the wait for a connection to the last byte of the answer. */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  timeoutMs: number,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    dispatcher.dispatch(request, new Exchange(resolve, timeoutMs));
  });
}
