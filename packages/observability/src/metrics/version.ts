import { version } from '../../../../package.json';

/** The release that this code is of, as package.json names it: in `/readyz`, log lines and `rentalbook_build_info`. */
export const VERSION = version;
