import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Segment } from './api/segment.entity.js';
import { SegmentsController } from './api/segments.controller.js';
import { SegmentsService } from './api/segments.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Segment])],
  providers: [SegmentsService],
  exports: [SegmentsService],
})
export class SegmentsModule {
  static withRoutes(): DynamicModule {
    return { module: SegmentsModule, controllers: [SegmentsController] };
  }
}
