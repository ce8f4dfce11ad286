import { useId, useState } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from '../button/button.tsx';
import { TextField } from '../field/text-field.tsx';
import { useText } from '../language/language.tsx';
import styles from './question.module.css';

export interface Asked {
  title: string;
  text: string;
  /** The verb with its object, on the button that does it. */
  act: string;
  keep?: string;
  isDangerous?: boolean;
  /** What has to be typed first, for what cannot be undone and reaches many. */
  typed?: string | undefined;
  onYes: () => void;
}

/** Asks before something final. The safe answer has the focus. */
export default function Question({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const isTyped = asked.typed === undefined || typed.trim() === asked.typed;
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className={styles.overlay ?? ''}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog role="alertdialog" className={styles.dialog ?? ''} aria-describedby={id}>
          <Heading slot="title" className={styles.title ?? ''}>
            {asked.title}
          </Heading>
          <p id={id}>{asked.text}</p>
          {asked.typed === undefined ? null : (
            <TextField
              label={t.campaigns.ask.type(asked.typed)}
              value={typed}
              onChange={setTyped}
              autoComplete="off"
            />
          )}
          <div className={styles.answers}>
            <Button autoFocus onPress={onClose}>
              {asked.keep ?? t.states.cancel}
            </Button>
            <Button
              look={asked.isDangerous === true ? 'danger' : 'main'}
              isDisabled={!isTyped}
              onPress={() => {
                asked.onYes();
                onClose();
              }}
            >
              {asked.act}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
