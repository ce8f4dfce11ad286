import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Segment } from './api/segment.entity.js';
import { SegmentsController } from './api/segments.controller.js';
import { Segments } from './api/segments.service.js';
import { SegmentFieldsController } from './fields/segment-fields.controller.js';
import { SegmentFields } from './fields/segment-fields.service.js';
import { AccessModule } from '../access/access.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class SegmentsModule {
  static readonly for = perRole(
    () => SegmentsModule,
    ({ inApi, role }) => ({
      imports: [TypeOrmModule.forFeature([Segment]), AccessModule.for(role)],
      controllers: inApi(SegmentFieldsController, SegmentsController),
      providers: [Segments, SegmentFields],
      exports: [Segments],
    }),
  );
}
