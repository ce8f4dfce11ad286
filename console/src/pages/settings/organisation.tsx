import { settingsWords } from '../../../messages/settings.ts';
import { cityOf } from '../../lib/when.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { OrganisationForm } from './organisation-form.tsx';
import { useOrganisation, type OrganizationSettings } from './organisation.query.ts';
import styles from './settings.module.css';

/** How the shop deals with its customers. */
export function Organisation() {
  const words = useWords(settingsWords).organisation;
  const organisation = useOrganisation();
  return (
    <Loaded query={organisation} what={words.title} lines={10}>
      {(settings) => (
        <>
          <OrganisationForm settings={settings} />
          <FromInstallation settings={settings} />
        </>
      )}
    </Loaded>
  );
}

function FromInstallation({
  settings: { timeZone, sendWindow, dailyRunAt },
}: {
  settings: OrganizationSettings;
}) {
  const t = useText();
  const words = useWords(settingsWords).organisation;
  const rows = [
    [words.zone, t.app.zoneName(cityOf(timeZone)), 'TIME_ZONE'],
    [
      words.hours,
      sendWindow === null ? words.hoursAlways : `${sendWindow.start}–${sendWindow.end}`,
      'SEND_WINDOW',
    ],
    [words.dailyRun, dailyRunAt, 'DAILY_RUN_AT'],
  ] as const;
  return (
    <Block title={words.installation}>
      <p className={styles.muted}>{words.installationHint}</p>
      <dl className={styles.facts}>
        {rows.map(([name, value, variable]) => (
          <div key={variable}>
            <dt>{name}</dt>
            <dd>
              <bdi dir="ltr">{value}</bdi>
            </dd>
            <dd className={styles.muted}>{words.by(variable)}</dd>
          </div>
        ))}
      </dl>
    </Block>
  );
}
