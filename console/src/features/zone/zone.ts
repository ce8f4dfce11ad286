import { useSession } from '../../api/session.ts';
import { cityOf, when, type Shape } from '../../lib/when.ts';
import { useText } from '../../ui/language/language.tsx';
import { usePreferences, useRemember } from '../preferences/preferences.ts';

const deviceZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface ZoneChoice {
  chosen: 'device' | 'organization';
  device: string;
  organization: string;
  choose: ((zone: 'device' | 'organization') => void) | undefined;
}

export function useZoneChoice(): ZoneChoice {
  const { organization } = useSession();
  const known = usePreferences();
  const keep = useRemember();
  return {
    chosen: known.zone ?? 'organization',
    device: deviceZone(),
    organization: organization.timeZone,
    choose: keep === undefined ? undefined : (zone) => keep({ zone }),
  };
}

/** The zone in which times are shown: a campaign's own, else that of the shop or of the device. */
function useZone(ofCampaign?: string): string {
  const { chosen, device, organization } = useZoneChoice();
  return chosen === 'device' ? device : (ofCampaign ?? organization);
}

const DAYS: ReadonlySet<Shape> = new Set(['day', 'dayYear', 'weekday', 'weekdayShort']);

export interface Times {
  zone: string;
  /** Clock times carry the name of the zone when the reader’s device is somewhere else. */
  at: (instant: string | number, shape: Shape) => string;
  /** Without that name, for where it stands once for many. */
  plainAt: (instant: string | number, shape: Shape) => string;
  zoneName: string | undefined;
}

export function useTimes(ofCampaign?: string): Times {
  const zone = useZone(ofCampaign);
  const t = useText();
  const zoneName = zone === deviceZone() ? undefined : t.app.zoneName(cityOf(zone));
  const plainAt: Times['at'] = (instant, shape) => when(instant, shape, zone, t.locale);
  const at: Times['at'] = (instant, shape) => {
    const text = plainAt(instant, shape);
    return zoneName === undefined || DAYS.has(shape) ? text : t.app.timeIn(text, zoneName);
  };
  return { zone, at, plainAt, zoneName };
}
