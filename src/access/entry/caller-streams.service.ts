import type { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { Logger } from '../../platform/logging/logger.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { validKeys } from '../keys/keys.queries.js';
import { openSessions } from '../sessions/sessions.queries.js';

const FOR_A_CALLER = 20;
const FOR_AN_ORGANIZATION = 100;
/** One small statement for all streams of this process, and none while there are no streams. */
const LOOK_EVERY_MS = 2_000;

interface OpenStream {
  /** The session or the key. */
  callerId: string;
  organizationId: string;
  ending: AbortController;
  body?: Readable;
}

/** Answers that go on for hours: a caller has a limited number of them, and none outlives its key or session. */
@Injectable()
export class CallerStreams implements OnModuleDestroy {
  private readonly streams = new Set<OpenStream>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  /** `make` has to end its stream when the signal is aborted. */
  async open(
    { sessionId, keyId, organizationId }: Principal,
    make: (signal: AbortSignal) => Promise<Readable>,
  ): Promise<Readable> {
    const callerId = sessionId ?? keyId ?? organizationId;
    this.assertRoom(callerId, organizationId);
    const stream: OpenStream = { callerId, organizationId, ending: new AbortController() };
    this.streams.add(stream);
    try {
      const body = await make(stream.ending.signal);
      stream.body = body;
      body.once('close', () => this.streams.delete(stream));
      this.lookLater();
      return body;
    } catch (error) {
      this.streams.delete(stream);
      throw error;
    }
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.streams.clear();
  }

  private assertRoom(callerId: string, organizationId: string): void {
    let ofCaller = 0;
    let ofOrganization = 0;
    for (const stream of this.streams) {
      if (stream.callerId === callerId) ofCaller += 1;
      if (stream.organizationId === organizationId) ofOrganization += 1;
    }
    if (ofCaller < FOR_A_CALLER && ofOrganization < FOR_AN_ORGANIZATION) return;
    const whose =
      ofCaller >= FOR_A_CALLER ? `You have ${FOR_A_CALLER}` : `This organization has ${FOR_AN_ORGANIZATION}`;
    const detail = `${whose} event streams open, which is the limit. Close one of them first.`;
    throw new DomainError('rate', 'too_many_streams', detail, { retryAfterSeconds: 30 });
  }

  private lookLater(): void {
    if (this.timer !== undefined || this.streams.size === 0) return;
    this.timer = setTimeout(() => {
      this.look()
        // A database that is away for a while comes back; the next look finds out.
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'could not check the callers of open streams');
        })
        .finally(() => {
          this.timer = undefined;
          this.lookLater();
        });
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const present = [...this.streams];
    const ids = [...new Set(present.map(({ callerId }) => callerId))];
    const { manager } = this.database;
    const valid = new Set([...(await validKeys(manager, ids)), ...(await openSessions(manager, ids))]);
    for (const { callerId, ending, body } of present) {
      if (valid.has(callerId)) continue;
      // A client that does not read never gets the end: the next look cuts its connection.
      if (ending.signal.aborted) body?.destroy();
      ending.abort();
    }
  }
}
