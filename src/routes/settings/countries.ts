/** The countries and regions that contacts can be of, where a default is chosen. */
export { countryChoices as countryOptions } from '../contacts/countries.ts';
