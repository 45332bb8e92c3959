import { armingFile, type Armament, type CrashPoint } from '@rentalbook/messaging';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface ArmedPoint {
  hasGoneOff(): boolean;
  disarm(): void;
}

/** Arms crash points in the folder that the services look at. */
export const armedIn =
  (folder: string) =>
  (service: string, point: CrashPoint, armament: Armament = 'kill'): ArmedPoint => {
    const file = armingFile(folder, service, point);
    writeFileSync(`${file}.draft`, armament);
    // Appears whole, for the service may pass at any time.
    renameSync(`${file}.draft`, file);
    return {
      hasGoneOff: () => !existsSync(file),
      disarm() {
        rmSync(file, { force: true });
      },
    };
  };
