import { Module } from '@nestjs/common';
import { WhatsappSettings } from './whatsapp-settings.js';
import { CatalogClient } from './catalogs/catalog.client.js';
import { GraphClient } from './graph/graph.client.js';
import { MediaClient } from './media/media.client.js';
import { PaymentsClient } from './payments/payments.client.js';

/** At a thousand messages a second and an answer in half a second, five hundred are on their way. */
const MAX_SOCKETS = 1_000;

/** One client for the whole process: its connections to Meta are shared by everything that talks to it. */
@Module({
  providers: [
    {
      provide: GraphClient,
      inject: [WhatsappSettings],
      // Never closed: idle connections do not keep the process alive, and the last answers may still be on their way.
      useFactory: ({ apiUrl, apiVersion }: WhatsappSettings) =>
        new GraphClient({ baseUrl: apiUrl, version: apiVersion, maxSockets: MAX_SOCKETS }),
    },
    {
      provide: CatalogClient,
      inject: [GraphClient],
      useFactory: (graph: GraphClient) => new CatalogClient(graph),
    },
    {
      provide: MediaClient,
      inject: [GraphClient],
      useFactory: (graph: GraphClient) => new MediaClient(graph),
    },
    {
      provide: PaymentsClient,
      inject: [GraphClient],
      useFactory: (graph: GraphClient) => new PaymentsClient(graph),
    },
  ],
  exports: [GraphClient, CatalogClient, MediaClient, PaymentsClient],
})
export class WhatsappModule {}
