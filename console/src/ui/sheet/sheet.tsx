import type { SyntheticEvent, ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Failure } from '../block/failure.tsx';
import { Button, IconButton } from '../button/button.tsx';
import { CloseIcon } from '../icons.ts';
import { useText } from '../language/language.tsx';
import styles from './sheet.module.css';

interface SheetProps {
  title: string;
  /** What follows from it, above the fields. */
  lead?: string;
  /** The verb with its object. */
  act: string;
  isDangerous?: boolean;
  isBusy: boolean;
  isDisabled?: boolean;
  /** Our headline and why it did not happen; what was filled in stays. */
  failure?: { title: string; error: unknown } | undefined;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Something to fill in, over the page to which it belongs; a page of its own on a phone. */
export function Sheet(props: SheetProps) {
  const { title, lead, act, isDangerous = false, isBusy, isDisabled = false, failure, onClose } = props;
  const t = useText();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!isBusy && !isDisabled) props.onSubmit();
  };
  return (
    <ModalOverlay
      isOpen
      className={styles.overlay ?? ''}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.dialog ?? ''}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title ?? ''} dir="auto">
              {title}
            </Heading>
            <IconButton label={t.states.close} icon={<CloseIcon aria-hidden size={20} />} onPress={onClose} />
          </header>
          <form className={styles.form} noValidate onSubmit={submit}>
            <div className={styles.fields}>
              {lead === undefined ? null : (
                <p className={styles.lead} dir="auto">
                  {lead}
                </p>
              )}
              {props.children}
              {failure === undefined ? null : <Failure title={failure.title} error={failure.error} />}
            </div>
            <footer className={styles.answers}>
              <Button onPress={onClose}>{t.states.cancel}</Button>
              <Button type="submit" look={isDangerous ? 'danger' : 'main'} isDisabled={isBusy || isDisabled}>
                {act}
              </Button>
            </footer>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
