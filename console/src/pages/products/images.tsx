import { useId, useState } from 'react';
import { productWords } from '../../../messages/products.ts';
import { safeUrl } from '../../lib/safe-url.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { useWork, work, type StoredImage } from './products.query.ts';
import styles from './product.module.css';

interface ImagesProps {
  catalogId: string;
  images: readonly string[];
  isReadOnly: boolean;
  isUnsaved: boolean;
  onChange: (change: (images: readonly string[]) => readonly string[]) => void;
}

/** The first is the cover. A picture comes from this device, or from an address, from which it is copied. */
export function Images({ catalogId, images, isReadOnly, isUnsaved, onChange }: ImagesProps) {
  const words = useWords(productWords).images;
  const file = useId();
  const [link, setLink] = useState('');
  const { mutate, isPending, error, data: stored } = useWork<StoredImage>();
  const isLink = safeUrl(link.trim())?.startsWith('https:') === true;
  const store = (source: File | string): void =>
    mutate(() => work.image(catalogId, source), {
      onSuccess: ({ url }) => {
        setLink('');
        onChange((last) => (last.includes(url) ? last : [...last, url]));
      },
    });
  return (
    <Block title={words.title}>
      {images.length === 0 ? <p className={styles.muted}>{words.none}</p> : null}
      <ol className={styles.images}>
        {images.map((url, index) => {
          const image = safeUrl(url);
          return (
            <li key={url} className={styles.image}>
              {image === undefined ? null : (
                <img src={image} alt={index === 0 ? words.cover : words.nth(index + 1)} loading="lazy" />
              )}
              {isReadOnly ? null : (
                <div>
                  {index === 0 ? (
                    <span className={styles.muted}>{words.cover}</span>
                  ) : (
                    <Button
                      look="quiet"
                      aria-label={words.first(index + 1)}
                      onPress={() => onChange((last) => [url, ...last.filter((one) => one !== url)])}
                    >
                      {words.firstShort}
                    </Button>
                  )}
                  <Button
                    look="quiet"
                    aria-label={words.remove(index + 1)}
                    onPress={() => onChange((last) => last.filter((one) => one !== url))}
                  >
                    {words.removeShort}
                  </Button>
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {isReadOnly ? null : (
        <>
          <div className={styles.upload}>
            <label htmlFor={file}>{words.upload}</label>
            <input
              id={file}
              type="file"
              accept="image/jpeg,image/png"
              disabled={isPending}
              aria-describedby={`${file}-hint`}
              onChange={({ currentTarget }) => {
                const [chosen] = currentTarget.files ?? [];
                if (chosen !== undefined) store(chosen);
                currentTarget.value = '';
              }}
            />
            <p id={`${file}-hint`} className={styles.muted}>
              {isPending ? words.working : words.uploadHint}
            </p>
          </div>
          <div className={styles.link}>
            <TextField
              label={words.link}
              type="url"
              dir="ltr"
              autoComplete="off"
              error={link.trim() === '' || isLink ? undefined : words.linkWrong}
              value={link}
              onChange={setLink}
            />
            <Button isDisabled={!isLink || isPending} onPress={() => store(link.trim())}>
              {words.add}
            </Button>
          </div>
        </>
      )}
      {error === null ? null : <Failure title={words.failed} error={error} />}
      {isUnsaved ? (
        <p role="status">
          {[...(stored?.warnings ?? []).map((warning) => words.warnings[warning]), words.unsaved].join(' ')}
        </p>
      ) : null}
    </Block>
  );
}
