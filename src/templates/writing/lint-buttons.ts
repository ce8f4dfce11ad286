import { variablesOf } from '../rendering/template-parameters.js';
import type { LintReport } from './lint-report.js';
import { type Component, componentsIn, isComponent, textIn, typeOf } from './template-draft.js';

const MAX_LABEL = 25;
const MAX_BUTTONS = 10;
const MAX_URL = 2_000;
/** How many of one kind a message may have. */
const MOST: Readonly<Record<string, number>> = { URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1 };
const KNOWN = [
  'QUICK_REPLY',
  'URL',
  'PHONE_NUMBER',
  'COPY_CODE',
  'CATALOG',
  'MPM',
  'SPM',
  'FLOW',
  'ORDER_DETAILS',
  'VOICE_CALL',
  'REQUEST_CONTACT_INFO',
  'OTP',
];
/** WhatsApp writes on these itself. */
const WITHOUT_LABEL = ['COPY_CODE', 'REQUEST_CONTACT_INFO', 'OTP'];
const CODE = /^[A-Za-z0-9]{1,20}$/;

/** The buttons of a message, or of a card of it. */
export function lintButtons(
  report: LintReport,
  component: Component,
  field: string,
  most = MAX_BUTTONS,
): void {
  const buttons = componentsIn(component['buttons']);
  const place = `${field}.buttons`;
  if (buttons.length === 0) report.error(place, 'needs at least one button');
  if (buttons.length > most) report.error(place, `may have at most ${most} buttons`);
  for (const [type, count] of Object.entries(MOST)) {
    const found = buttons.filter((button) => typeOf(button) === type).length;
    if (found > count) report.error(place, `may have at most ${count} of type ${type}`);
  }
  const groups = buttons.map((button) => typeOf(button) === 'QUICK_REPLY');
  const changes = groups.filter((isReply, index) => index > 0 && isReply !== groups[index - 1]).length;
  if (changes > 1) report.error(place, 'must keep the quick replies together');
  for (const [index, button] of buttons.entries()) lintButton(report, button, `${place}.${index}`);
}

function lintButton(report: LintReport, button: Component, field: string): void {
  const type = typeOf(button);
  if (!KNOWN.includes(type)) {
    report.error(`${field}.type`, `must be one of ${KNOWN.join(', ')}`);
    return;
  }
  if (!WITHOUT_LABEL.includes(type)) report.text(`${field}.text`, button['text'], MAX_LABEL);
  if (/\{\{/.test(textIn(button['text']))) report.error(`${field}.text`, 'must not have variables');
  if (type === 'URL') lintUrl(report, button, field);
  if (type === 'PHONE_NUMBER' && !/^\+?[0-9][0-9 ()-]{3,19}$/.test(textIn(button['phone_number']))) {
    report.error(
      `${field}.phone_number`,
      'must be a phone number with its country code, of at most 20 characters',
    );
  }
  if (type === 'COPY_CODE' && !CODE.test(sampleOf(button))) {
    report.error(`${field}.example`, 'needs a sample code of 1 to 20 letters and digits');
  }
  const names = ['flow_id', 'flow_name', 'flow_json'];
  if (type === 'FLOW' && names.every((name) => textIn(button[name]) === '')) {
    report.error(`${field}.flow_id`, 'must name a flow by flow_id, flow_name or flow_json');
  }
}

function lintUrl(report: LintReport, button: Component, field: string): void {
  const url = button['url'];
  if (!report.text(`${field}.url`, url, MAX_URL)) return;
  const variables = variablesOf(url);
  if (variables.length > 1) report.error(`${field}.url`, 'may have one variable');
  if (variables.length > 0 && !/^[^{}]+\{\{\s*\w+\s*\}\}$/.test(url)) {
    report.error(`${field}.url`, 'takes a variable only at its end');
  }
  const whole = url.replaceAll(/\{\{\s*\w+\s*\}\}/g, 'x');
  if (!URL.canParse(whole) || !/^https?:\/\//i.test(whole))
    report.error(`${field}.url`, 'must be an http or https address');
  if (variables.length > 0 && sampleOf(button).trim() === '') {
    report.error(`${field}.example`, 'needs an example of the whole address, or of its end');
  }
}

/** Meta takes a sample as a text or as the first of a list. */
function sampleOf({ example }: Component): string {
  return textIn(Array.isArray(example) ? (example as unknown[])[0] : example);
}

/** A URL that people can change their mind at counts as well as a reply does. */
export function buttonTypes(component: Component | undefined): string[] {
  return isComponent(component) ? componentsIn(component['buttons']).map(typeOf) : [];
}
