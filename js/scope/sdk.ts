// What we are called, to the servers that receive what we send.

import { NAME } from 'throughline:host';
import { version } from 'throughline:package';

/** The version of this package. */
export const SDK_VERSION: string = version;

/** The name of this SDK. */
export const SDK_NAME: string = NAME;

/** Both, as the URL of envelopes has them. */
export const SDK = `${SDK_NAME}/${SDK_VERSION}`;
