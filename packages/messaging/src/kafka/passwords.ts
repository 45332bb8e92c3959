import { readFileSync } from 'node:fs';

/** The content of a secret's file, without the line break that editors end it with. */
export const readSecret = (file: string): string => readFileSync(file, 'utf8').replace(/\r?\n$/, '');

/** The passwords that an engine may have of a user, for logins one after the other. */
export interface Passwords {
  /** All of them as they are now, those first that were not refused last. */
  inTurn(): readonly string[];
  /** The engine has another one of them. */
  refused(password: string): void;
}

/**
 * The lines of a file, read again for each login. While a password is changed the file has the old one and the new one, so that
 * it does not matter when the engine takes the new one.
 */
export function passwordsIn(file: string): Passwords {
  let last: string | undefined;
  return {
    inTurn() {
      const lines = readSecret(file)
        .split(/\r?\n/)
        .filter((line) => line !== '');
      return [...lines.filter((line) => line !== last), ...lines.filter((line) => line === last)];
    },
    refused(password) {
      last = password;
    },
  };
}
