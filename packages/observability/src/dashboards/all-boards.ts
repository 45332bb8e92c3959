import { eventBoards } from './event-boards';
import { mesh } from './mesh-board';
import { overview } from './overview-board';
import type { Board } from './panel';
import { serviceBoards } from './service-boards';

/** What several services do together, then each of them. */
export const allBoards: readonly Board[] = [overview, ...eventBoards, mesh, ...serviceBoards];
