import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployments } from '../../tools/services';

export const root = join(__dirname, '..', '..');
export const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
export const OURS: readonly string[] = deployments;
