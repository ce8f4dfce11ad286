import { Global, Module } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { GraphClient } from './graph/graph.client.js';

/** At a thousand messages a second and an answer in half a second, five hundred are on their way. */
const MAX_SOCKETS = 1_000;

/** One client for the whole process: its connections to Meta are shared by everything that talks to it. */
@Global()
@Module({
  providers: [
    {
      provide: GraphClient,
      inject: [CONFIG],
      // Never closed: idle connections hold no process up, and the last answers may still be on their way.
      useFactory: ({ whatsapp }: Config) =>
        new GraphClient({ baseUrl: whatsapp.apiUrl, version: whatsapp.apiVersion, maxSockets: MAX_SOCKETS }),
    },
  ],
  exports: [GraphClient],
})
export class WhatsappModule {}
