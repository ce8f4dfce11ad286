import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';

export interface BodyDeadlines {
  /** For a body that is read whole: the time it may take to arrive. */
  wholeMs: number;
  /** For an upload: the time its sender may stay silent while we are waiting for more. */
  silentMs: number;
}

const DEADLINES: BodyDeadlines = { wholeMs: 60_000, silentMs: 60_000 };

/**
 * Ends requests whose body never arrives. Node's own limits do not fit: `requestTimeout` covers uploads of gigabytes
 * too, and a timeout of the socket would also end a request that we are still working on.
 */
export function endUnfinishedBodies(
  fastify: FastifyInstance,
  isUpload: (request: FastifyRequest) => boolean,
  { wholeMs, silentMs } = DEADLINES,
): void {
  const arriving = new ArrivingBodies(fastify, wholeMs);
  fastify.addHook('onRequest', (request, _, done) => {
    if (hasBody(request)) {
      if (isUpload(request)) endSilentUpload(request, silentMs);
      else arriving.add(request);
    }
    done();
  });
  // The body has been read. A request that is refused before that is answered at once.
  fastify.addHook('preValidation', (request, _, done) => {
    arriving.delete(request);
    done();
  });
  fastify.addHook('onResponse', (request, _, done) => {
    arriving.delete(request);
    done();
  });
}

/**
 * Bodies that are read whole. One timer looks at all of them, instead of a timer and four listeners for each request.
 */
class ArrivingBodies {
  /** In the order of arrival, which is the order in which their time is up. */
  private readonly begun = new Map<FastifyRequest, number>();

  constructor(
    fastify: FastifyInstance,
    private readonly wholeMs: number,
  ) {
    const look = setInterval(
      () => {
        this.endOverdue();
      },
      Math.min(wholeMs / 2, 1_000),
    );
    look.unref();
    fastify.addHook('onClose', (_, done) => {
      clearInterval(look);
      done();
    });
  }

  add(request: FastifyRequest): void {
    this.begun.set(request, performance.now());
  }

  delete(request: FastifyRequest): void {
    this.begun.delete(request);
  }

  private endOverdue(): void {
    const latest = performance.now() - this.wholeMs;
    for (const [request, begun] of this.begun) {
      if (begun > latest) return;
      this.begun.delete(request);
      request.raw.socket.destroy();
    }
  }
}

function endSilentUpload(request: FastifyRequest, silentMs: number): void {
  const { raw } = request;
  const timer = setInterval(silenceOf(request, raw.socket), silentMs);
  timer.unref();
  const end = (): void => {
    clearInterval(timer);
  };
  raw.once('close', end);
  raw.once('end', end);
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Ends the connection when nothing came since the last call although everything that came has been read. */
function silenceOf({ raw }: FastifyRequest, socket: Socket): () => void {
  let read = socket.bytesRead;
  return () => {
    const isOurs = raw.readableLength > 0;
    if (!isOurs && socket.bytesRead === read) socket.destroy();
    read = socket.bytesRead;
  };
}
