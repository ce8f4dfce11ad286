import { wizardWords } from '../../../messages/wizard.ts';
import { Bubble } from '../../features/bubble/bubble.tsx';
import { cx } from '../../lib/cx.ts';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { CheckIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import type { Template } from './wizard.query.ts';
import styles from './gallery.module.css';

interface TemplateCardProps {
  template: Template;
  isChosen: boolean;
  isBusy: boolean;
  onChoose: (template: Template) => void;
}

export function TemplateCard({ template, isChosen, isBusy, onChoose }: TemplateCardProps) {
  const words = useWords(wizardWords).message;
  const { name, language, category, message } = template;
  return (
    <li className={cx(styles.card, isChosen && styles.chosen)}>
      <div className={styles.shown}>
        <Bubble message={message} />
      </div>
      <div className={styles.foot}>
        <div>
          <h3 className={styles.name}>
            <bdi>{name}</bdi>
          </h3>
          <p className={styles.muted}>
            {words.categories[category] ?? category} · <bdi>{language}</bdi>
          </p>
        </div>
        {isChosen ? (
          <Chip tone="accent" icon={<CheckIcon aria-hidden size={14} />}>
            {words.chosen}
          </Chip>
        ) : (
          <Button isDisabled={isBusy} onPress={() => onChoose(template)}>
            <span>
              {words.use} <span className="visually-hidden">{`${name} ${language}`}</span>
            </span>
          </Button>
        )}
      </div>
    </li>
  );
}
