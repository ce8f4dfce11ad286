import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Cipher } from './cipher.js';
import { cipherOf } from './cipher-of-config.js';

@Global()
@Module({
  providers: [{ provide: Cipher, inject: [Config], useFactory: (config: Config) => cipherOf(config) }],
  exports: [Cipher],
})
export class EncryptionModule {}
