import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Slice } from './slice.entity.js';

/** What both the faces and the workers need of the engine. */
@Global()
@Module({ imports: [TypeOrmModule.forFeature([Slice])] })
export class SendingModule {}
