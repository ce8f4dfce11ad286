import { safeUrl } from '../../lib/safe-url.ts';
import { PictureIcon } from '../../ui/icons.ts';
import styles from './products.module.css';

/** The name stands beside it, so the picture itself says nothing to a screen reader. */
export function Picture({ url }: { url: string | null | undefined }) {
  const image = url === null || url === undefined ? undefined : safeUrl(url);
  return image === undefined ? (
    <span className={styles.picture}>
      <PictureIcon aria-hidden size={28} />
    </span>
  ) : (
    <img className={styles.picture} src={image} alt="" loading="lazy" />
  );
}
