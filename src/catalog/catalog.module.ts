import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboundModule } from '../platform/outbound/outbound.module.js';
import { StorageModule } from '../platform/storage/storage.module.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { SendersModule } from '../senders/senders.module.js';
import { WhatsappModule } from '../whatsapp/whatsapp.module.js';
import { EventsModule } from '../events/events.module.js';
import { RecordedCatalogEvents } from './announcing/recorded-catalog-events.service.js';
import { CatalogStatsController } from './api/catalog-stats.controller.js';
import { CatalogsController } from './api/catalogs.controller.js';
import { ProductsController } from './api/products.controller.js';
import { StockController } from './api/stock.controller.js';
import { VariantsController } from './api/variants.controller.js';
import { CatalogDirectory } from './catalogs/catalog-directory.service.js';
import { Catalog } from './catalogs/catalog.entity.js';
import { Catalogs } from './catalogs/catalogs.service.js';
import { CatalogEvents } from './events/catalog-events.service.js';
import { ImportApplication } from './files/import-application.service.js';
import { ProductImportEnd } from './files/import-end.service.js';
import { ProductImportHistory } from './files/import-history.service.js';
import { ImportStaging } from './files/import-staging.service.js';
import { ProductExport } from './files/product-export.service.js';
import { ProductFilesController } from './files/product-files.controller.js';
import { ProductImportRetention } from './files/product-import-retention.service.js';
import { ProductImporter } from './files/product-import.service.js';
import { ProductImportError } from './files/product-import-error.entity.js';
import { ProductImport } from './files/product-import.entity.js';
import { ImageSource } from './images/image-source.service.js';
import { ImageUpkeep } from './images/image-upkeep.service.js';
import { ImagesController } from './images/images.controller.js';
import { Images } from './images/images.service.js';
import { MediaController } from './images/media.controller.js';
import { ProductImage } from './images/product-image.entity.js';
import { ConnectedCatalogs } from './sellables/connected-catalogs.service.js';
import { Sellables } from './sellables/sellables.service.js';
import { CatalogItem } from './products/catalog-item.entity.js';
import { ProductWrites } from './products/product-writes.service.js';
import { Product } from './products/product.entity.js';
import { Products } from './products/products.service.js';
import { Variant } from './products/variant.entity.js';
import { ProductStatsRow } from './statistics/product-stats.entity.js';
import { ProductStats } from './statistics/product-stats.service.js';
import { StockLedger } from './stock/stock-ledger.service.js';
import { StockMovement } from './stock/stock-movement.entity.js';
import { SyncBatch } from './pushing/sync-batch.entity.js';
import { SyncCallCount } from './calls/sync-call-count.entity.js';
import { SyncFind } from './reading/sync-find.entity.js';
import { SyncRun } from './calls/sync-run.entity.js';
import { SyncCalls } from './calls/sync-calls.service.js';
import { BatchSettling } from './pushing/batch-settling.service.js';
import { PushPhase } from './pushing/push-phase.service.js';
import { SettlePhase } from './pushing/settle-phase.service.js';
import { Conflicts } from './reading/conflicts.service.js';
import { Pulls } from './reading/pulls.service.js';
import { ReadPhase } from './reading/read-phase.service.js';
import { ConnectionController } from './sync-api/connection.controller.js';
import { SyncController } from './sync-api/sync.controller.js';
import { CatalogConnection } from './sync/catalog-connection.service.js';
import { CatalogVisibility } from './sync/catalog-visibility.service.js';
import { ConnectPhase } from './sync/connect-phase.service.js';
import { SyncAccounts } from './calls/sync-account.service.js';
import { SyncDispatcher } from './sync/sync-dispatcher.service.js';
import { SyncMetrics } from './calls/sync-metrics.service.js';
import { SyncPhases } from './sync/sync-phases.service.js';
import { SyncRunner } from './sync/sync-runner.service.js';
import { SyncRuns } from './sync/sync-runs.service.js';
import { SyncTimes } from './sync/sync-times.service.js';
import { SyncTimetable } from './sync/sync-timetable.service.js';

@Module({})
export class CatalogModule {
  static readonly for = perRole(
    () => CatalogModule,
    ({ inApi, inWorker, role }) => ({
      imports: [
        TypeOrmModule.forFeature([
          Catalog,
          Product,
          Variant,
          CatalogItem,
          StockMovement,
          SyncRun,
          SyncBatch,
          SyncCallCount,
          SyncFind,
          ProductImport,
          ProductImportError,
          ProductImage,
          ProductStatsRow,
        ]),
        EventsModule.for(role),
        WhatsappModule,
        SendersModule.for(role),
        OutboundModule,
        StorageModule,
        ...inWorker(TimetableModule),
      ],
      controllers: inApi(
        CatalogsController,
        ProductsController,
        VariantsController,
        StockController,
        SyncController,
        ConnectionController,
        ImagesController,
        MediaController,
        ProductFilesController,
        CatalogStatsController,
      ),
      providers: [
        Catalogs,
        CatalogDirectory,
        { provide: CatalogEvents, useClass: RecordedCatalogEvents },
        Products,
        ProductWrites,
        StockLedger,
        SyncRuns,
        SyncAccounts,
        CatalogConnection,
        Pulls,
        Conflicts,
        ...inWorker(
          SyncCalls,
          ReadPhase,
          BatchSettling,
          PushPhase,
          SettlePhase,
          ConnectPhase,
          SyncPhases,
          SyncRunner,
          SyncDispatcher,
          SyncMetrics,
          SyncTimes,
          SyncTimetable,
          CatalogVisibility,
        ),
        Images,
        ...inApi(ImageSource, ProductImporter, ProductImportEnd, ImportStaging, ImportApplication),
        ...inApi(ProductImportHistory, ProductExport),
        ...inWorker(ImageUpkeep, ProductImportRetention),
        ProductStats,
        Sellables,
        ConnectedCatalogs,
      ],
      exports: [
        Catalogs,
        Products,
        ProductWrites,
        StockLedger,
        SyncRuns,
        ProductStats,
        Sellables,
        ConnectedCatalogs,
      ],
    }),
  );
}
