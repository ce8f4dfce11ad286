import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { ExampleFiles, type ExampleKind } from '../whatsapp/media/example-files.js';
import { MediaClient } from '../whatsapp/media/media.client.js';
import { MediaAssets } from './media-assets.service.js';
import * as queries from './media-assets.queries.js';

/** Shows files of ours to Meta's review of templates. */
@Injectable()
export class MediaExamples extends ExampleFiles {
  constructor(
    private readonly database: Database,
    private readonly assets: MediaAssets,
    private readonly client: MediaClient,
  ) {
    super();
  }

  override async kinds(
    organizationId: string,
    assetIds: readonly string[],
  ): Promise<ReadonlyMap<string, ExampleKind>> {
    const found = await queries.kindsAmong(this.database.manager, organizationId, assetIds);
    return new Map(found.map(({ id, kind }) => [id, kind]));
  }

  override async handleOf(organizationId: string, assetId: string, token: string): Promise<string> {
    const asset = await this.assets.get(organizationId, assetId);
    const content = await this.assets.read(organizationId, asset);
    const name = asset.fileName ?? `${asset.kind}.bin`;
    return this.client.exampleHandle(token, { name, contentType: asset.contentType, content });
  }
}
