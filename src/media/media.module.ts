import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '../platform/storage/storage.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { MediaAsset } from './media-asset.entity.js';
import { MediaAssetsController } from './media-assets.controller.js';
import { MediaAssets } from './media-assets.service.js';
import { MediaExamples } from './media-examples.service.js';
import { MediaIntake } from './media-intake.service.js';
import { MediaUpkeep } from './media-upkeep.service.js';
import { MediaUpload } from './media-upload.entity.js';
import { MediaUploads } from './media-uploads.service.js';
import { MessageCalls } from './message-calls.service.js';
import { MessageMedia } from './message-media.service.js';

@Module({})
export class MediaModule {
  static readonly for = perRole(
    () => MediaModule,
    ({ inApi, inWorker }) => ({
      imports: [
        TypeOrmModule.forFeature([MediaAsset, MediaUpload]),
        WhatsappModule,
        StorageModule,
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(MediaAssetsController),
      providers: [
        MediaAssets,
        MediaUploads,
        MessageMedia,
        MessageCalls,
        MediaExamples,
        ...inApi(MediaIntake),
        ...inWorker(MediaUpkeep),
      ],
      exports: [MediaAssets, MediaUploads, MessageMedia, MessageCalls, MediaExamples],
    }),
  );
}
