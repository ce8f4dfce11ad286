import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.js';
import { DiskStore } from './disk-store.service.js';
import { FileStorage } from './file-storage.service.js';

/** Files outside the database. Needs the StorageSettings of the application. */
@Module({ imports: [OutboundModule], providers: [DiskStore, FileStorage], exports: [FileStorage] })
export class StorageModule {}
