import type { Catalogue } from '../catalogue';
import { input } from './input';
import { decisions } from './refusals';
import { request } from './request';
import { service, tokens } from './service';
import { statuses, steps } from './steps';

export const english: Catalogue = {
  ...decisions,
  steps,
  statuses,
  errors: { ...input, ...service, ...tokens, ...request },
};
