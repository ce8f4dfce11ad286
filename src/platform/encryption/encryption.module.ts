import { randomBytes } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { readOrCreateSecret } from '../config/secrets.js';
import { Cipher } from './cipher.js';

@Global()
@Module({
  providers: [
    {
      provide: Cipher,
      inject: [CONFIG],
      useFactory: ({ encryptionKey, dataDir }: Config) => {
        const makeKey = () => randomBytes(32).toString('base64');
        return new Cipher(
          encryptionKey ?? Buffer.from(readOrCreateSecret(dataDir, 'encryption-key', makeKey), 'base64'),
        );
      },
    },
  ],
  exports: [Cipher],
})
export class EncryptionModule {}
