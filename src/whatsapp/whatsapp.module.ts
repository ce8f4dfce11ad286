import { Global, Module } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { GraphClient } from './graph.client.js';

/** One client for the whole process: its connections to Meta are shared by everything that talks to it. */
@Global()
@Module({
  providers: [
    {
      provide: GraphClient,
      inject: [CONFIG],
      // Never closed: idle connections hold no process up, and the last answers may still be on their way.
      useFactory: ({ whatsapp }: Config) =>
        new GraphClient({ baseUrl: whatsapp.apiUrl, version: whatsapp.apiVersion }),
    },
  ],
  exports: [GraphClient],
})
export class WhatsappModule {}
