import { lazy, Suspense } from 'react';
import { useUploads } from './uploads.ts';

const ImportTray = lazy(() => import('./import-tray.tsx'));

/** Costs nothing until the first file is on its way. */
export function Trays() {
  const uploads = useUploads();
  if (uploads.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <ImportTray uploads={uploads} />
    </Suspense>
  );
}
