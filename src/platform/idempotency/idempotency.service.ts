import { createHash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { Cipher } from '../encryption/cipher.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { StoredAnswer } from '../http/stored-answer.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { RequestContext } from '../request-context.js';
import * as queries from './idempotency.queries.js';
import { sealedAs } from './sealed-as.js';

const KEPT_MS = 24 * 60 * 60 * 1_000;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;

type IncomingBody = FastifyRequest & { rawBody?: Buffer };

export interface RunningRequest {
  claim: queries.Claim;
  context: RequestContext;
  renewal: NodeJS.Timeout;
  request: IncomingBody;
}

export interface Answer {
  status: number;
  contentType: string | null;
  location: string | null;
  body: string;
}

/**
 * `Idempotency-Key`: the same key with the same request is carried out once and gets the same answer for a day.
 *
 * The claim is a row. The first transaction of the request marks it in the same commit as the effect; the answer is
 * stored before it leaves. So a crash before the commit frees the key when the lease expires, and a crash between
 * commit and answer leaves a key that says "done, answer lost": this is reported, and the request never repeated.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cipher: Cipher,
  ) {}

  async begin(
    organizationId: string,
    key: string,
    request: IncomingBody,
    context: RequestContext,
  ): Promise<RunningRequest> {
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new DomainError(
        'invalid',
        'invalid_idempotency_key',
        'Idempotency-Key must be 1 to 255 visible ASCII characters.',
        {
          errors: [{ field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }],
        },
      );
    }
    const claim = { organizationId, key, requestHash: this.hashOf(request), attempt: uuidV7() };
    const now = this.clock.now();
    const realNow = new Date();
    const held = await queries.claim(
      this.database.manager,
      claim,
      now,
      new Date(now.getTime() + KEPT_MS),
      realNow,
      new Date(realNow.getTime() + LEASE_MS),
    );
    if (held !== 'claimed') {
      if (held.state === 'answered') claim.requestHash = await this.completeHash(request);
      this.refuseOrReplay(held, claim);
    }
    const renewal = setInterval(() => {
      const leaseUntil = new Date(Date.now() + LEASE_MS);
      // The next renewal makes up for a failed one; after three in a row the lease expires, as it should.
      queries.renewLease(this.database.manager, claim, leaseUntil).catch(() => undefined);
    }, RENEW_MS);
    renewal.unref();
    context.beforeCommit = async (tx) => {
      // The key is lost: this process stood still for longer than the lease, and another one is at work.
      if (!(await queries.markEffect(tx, claim))) throw inProgress();
    };
    return { claim, context, renewal, request };
  }

  private refuseOrReplay(held: queries.Held, claim: queries.Claim): never {
    if (held.requestHash !== claim.requestHash) {
      const detail = 'This Idempotency-Key was used with another request. Use a new key for a new request.';
      throw new DomainError('rule', 'idempotency_key_reused', detail);
    }
    if (held.state === 'answered' && held.status !== null && held.body !== null) {
      const body = this.cipher.decrypt(held.body, sealedAs(claim));
      throw new StoredAnswer(held.status, held.contentType, held.location, body);
    }
    if (held.state === 'effect' && held.leaseUntil.getTime() <= Date.now()) {
      const detail =
        'The first request with this Idempotency-Key was carried out, but the process died before it could answer. ' +
        'It is not carried out again: read the object to see its state.';
      throw new DomainError('conflict', 'idempotency_answer_lost', detail);
    }
    throw inProgress();
  }

  /**
   * A file is hashed while it is read, so until then its request is known by its route alone: a second one with the
   * same key finds the first in progress, or reads its own file to the end to see whether it is the same. Keyed,
   * because a body may hold a password that could be tried out against a plain hash.
   */
  private hashOf(request: IncomingBody): string {
    const hash = createHash('sha256').update(`${request.method} ${request.url}\n`);
    if (request.upload !== undefined) hash.update(request.upload.stream.digest ?? 'not read yet');
    else if (request.rawBody !== undefined) hash.update(request.rawBody);
    return this.cipher.hash(hash.digest('base64url'));
  }

  private async completeHash(request: IncomingBody): Promise<string> {
    if (request.upload !== undefined) await finished(request.upload.stream.resume());
    return this.hashOf(request);
  }

  /** To be called with the answer in hand, before it goes out. */
  async finish({ claim, context, renewal, request }: RunningRequest, answer: Answer): Promise<void> {
    clearInterval(renewal);
    // A failure on our side, or a state that may change by itself, must not be the answer to a day of retries.
    const transient = answer.status >= 500 || answer.status === 429 || answer.status === 409;
    // A file that was rejected before its end cannot be recognised when it comes again.
    const isUnread = request.upload !== undefined && request.upload.stream.digest === undefined;
    if ((transient || isUnread) && !context.committed) await queries.release(this.database.manager, claim);
    else {
      claim.requestHash = this.hashOf(request);
      // An answer may hold what is shown only once (a new key) or personal data: it is not stored in the clear.
      const body = this.cipher.encrypt(answer.body, sealedAs(claim));
      await queries.storeAnswer(this.database.manager, claim, { ...answer, body });
    }
  }

  /** In bites, so that no transaction holds more than a moment's worth of locks. */
  async purge(): Promise<number> {
    let purged = 0;
    for (;;) {
      const bite = await queries.purgeExpired(this.database.manager, this.clock.now(), 5_000);
      if (bite === 0) return purged;
      purged += bite;
    }
  }
}

function inProgress(): DomainError {
  const detail = 'A request with this Idempotency-Key is still being carried out.';
  return new DomainError('conflict', 'idempotency_in_progress', detail, { retryAfterSeconds: 1 });
}
