import type { FastifyReply } from 'fastify';

/** Thrown to end a request with an answer that was given before, byte for byte. */
export class StoredAnswer extends Error {
  constructor(
    private readonly status: number,
    private readonly contentType: string | null,
    private readonly location: string | null,
    private readonly body: string,
  ) {
    super('stored answer');
  }

  sendTo(reply: FastifyReply): void {
    void reply.code(this.status).header('idempotency-replayed', 'true');
    if (this.contentType !== null) void reply.header('content-type', this.contentType);
    if (this.location !== null) void reply.header('location', this.location);
    void reply.send(this.body);
  }
}
