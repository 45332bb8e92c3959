import { mkdirSync, statSync, type MakeDirectoryOptions } from 'node:fs';
import { dirname } from 'node:path';
import { isNativeError } from 'node:util/types';

/**
 * Makes a folder and those above it, unless they exist. Throws the file system's error, also where mkdir with `recursive`
 * would never return: on a symbolic link to nothing, and in a file system that takes no folders.
 */
export function ensureFolder(path: string, options: Pick<MakeDirectoryOptions, 'mode'> = {}): void {
  const parent = dirname(path);
  const make = (): void => {
    mkdirSync(path, options);
  };
  let fault = faultOf(make);
  if (fault?.code === 'ENOENT' && parent !== path) {
    ensureFolder(parent);
    fault = faultOf(make);
  }
  if (fault === undefined) return;
  // A file system may also refuse what is there already. A link to nothing exists, and fails here.
  const refuses = ['EEXIST', 'EROFS', 'EACCES', 'EPERM'].includes(fault.code ?? '');
  const found = refuses && statSync(path, { throwIfNoEntry: fault.code === 'EEXIST' });
  if (!found || !found.isDirectory()) throw fault;
}

function faultOf(work: () => void): NodeJS.ErrnoException | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isNativeError(error)) return error;
    throw error;
  }
}
