import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import { RunFailed } from '../calls/run-endings.js';
import type { RunSession } from '../calls/run-session.service.js';
import { SyncCalls } from '../calls/sync-calls.service.js';
import { words } from '../reading/read-phase.service.js';
import type { SyncAccount } from '../calls/sync-account.service.js';
import * as queries from './sync-runs.queries.js';

/** Makes sure that the catalog exists at Meta, and that the business account sells from one. */
@Injectable()
export class ConnectPhase {
  constructor(
    private readonly calls: SyncCalls,
    private readonly client: CatalogClient,
  ) {}

  async run(session: RunSession, account: SyncAccount): Promise<void> {
    const { run } = session;
    const isNew = run.metaCatalogId === null;
    if (run.isDryRun) return;
    if (isNew) await this.create(session, account);
    // A push into a known catalog does not look at the connection: it costs no more than its batches.
    if (isNew || run.mode === 'full') await this.connect(session, account);
  }

  private async create(session: RunSession, { token, businessAccountId }: SyncAccount): Promise<void> {
    const { run } = session;
    const owner = await this.calls.make(session, 'read', token, (client) =>
      client.ownerOf(token, businessAccountId),
    );
    if (owner.outcome !== 'ok') throw new RunFailed(words(owner));
    const made = await this.calls.make(session, 'write', token, (client) =>
      client.createCatalog(token, owner.value, run.catalogName),
    );
    if (made.outcome !== 'ok' && !exists(made)) throw new RunFailed(words(made));
    const id = made.outcome === 'ok' ? made.value : await this.emptyNamesake(session, token, owner.value);
    await session.write(async (tx) => {
      await queries.storeMetaCatalog(tx, run, id);
      return {};
    });
    run.metaCatalogId = id;
  }

  /** Ours, if an earlier run died before it could note the id; but nobody else's goods must come in by their name. */
  private async emptyNamesake(session: RunSession, token: string, businessId: string): Promise<string> {
    const { organizationId, catalogName } = session.run;
    try {
      for await (const page of this.client.ownedCatalogs(token, businessId)) {
        for (const { id, name, productCount } of page) {
          if (name !== catalogName || productCount !== 0) continue;
          if (!(await queries.catalogAtMetaIsOurs(session.manager, organizationId, id))) return id;
        }
      }
    } catch (error) {
      if (error instanceof DomainError) throw new RunFailed(error.message);
      throw error;
    }
    throw new RunFailed(
      `Meta has a catalog named "${catalogName}" that is not empty, or is another one of yours. Give this one another name, or adopt that one by its metaCatalogId.`,
    );
  }

  private async connect(session: RunSession, { token, businessAccountId }: SyncAccount): Promise<void> {
    const { run } = session;
    const found = await this.calls.make(session, 'read', token, (client) =>
      client.connected(token, businessAccountId),
    );
    // The connection decides nothing about the goods, so the run goes on.
    if (found.outcome !== 'ok') {
      await session.note({ problems: [{ code: 'connection_unknown', message: words(found) }] });
      return;
    }
    const [connected] = found.value;
    let connectedId = connected?.id ?? null;
    if (connected === undefined && run.metaCatalogId !== null) {
      const own = run.metaCatalogId;
      const made = await this.calls.make(session, 'write', token, (client) =>
        client.connect(token, businessAccountId, own),
      );
      if (made.outcome === 'ok') connectedId = own;
      else await session.note({ problems: [{ code: 'not_connected', message: words(made) }] });
    }
    await session.write(async (tx, now) => {
      await queries.storeConnection(tx, run, connectedId, now);
      if (connected === undefined || connected.id === run.metaCatalogId) return {};
      const message = `The account sells from the catalog "${connected.name}" (${connected.id}). To sell from this one, replace it with PUT .../connection.`;
      return { problems: [{ code: 'another_catalog_connected', message }] };
    });
  }
}

function exists({ error }: GraphFailure): boolean {
  return error.code === 804;
}
