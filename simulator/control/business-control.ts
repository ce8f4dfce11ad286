import { Business } from '../business.js';
import { overlay, readInput, text, wrong, type Reader } from '../input-reader.js';
import type { SimulatorState } from '../simulator-state.js';

interface NewBusiness {
  access_token: string;
  business_id: string;
  waba_id: string;
  phone_number_id: string;
  display_phone_number: string;
}

const given: Reader<string> = (value, path) => {
  const written = text(value, path);
  return written === '' ? wrong(path, 'must be given') : written;
};

/** Adds a business with an account, a number and an access token of its own, which no other business can use. */
export function addBusiness(state: SimulatorState, input: unknown): NewBusiness {
  const { businesses, options } = state;
  const base = {
    access_token: '',
    business_id: `${options.businessId}1`,
    waba_id: '',
    phone_number_id: '',
    display_phone_number: '+1 555-010-0000',
  };
  const readers = {
    access_token: given,
    business_id: given,
    waba_id: given,
    phone_number_id: given,
    display_phone_number: given,
  };
  const business = readInput(overlay<NewBusiness>(base, readers), input, 'business');
  for (const name of ['access_token', 'waba_id', 'phone_number_id'] as const) given(business[name], name);
  businesses.add(businessOf(business));
  return business;
}

function businessOf(input: NewBusiness): Business {
  return new Business({
    accessToken: input.access_token,
    businessId: input.business_id,
    wabaId: input.waba_id,
    phoneNumberId: input.phone_number_id,
    displayPhoneNumber: input.display_phone_number,
  });
}
