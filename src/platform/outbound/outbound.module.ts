import { Module } from '@nestjs/common';
import { AddressGuard } from './address-guard.service.js';
import { NameResolver, SystemResolver } from './name-resolver.js';
import { OutboundClient } from './outbound.client.js';

/** Calls to everyone but Meta. Needs the OutboundSettings of the application. */
@Module({
  providers: [{ provide: NameResolver, useClass: SystemResolver }, AddressGuard, OutboundClient],
  exports: [AddressGuard, OutboundClient],
})
export class OutboundModule {}
