import type { Board } from './panel';
import { serviceBoards } from './service-boards';
import { storyBoards } from './story-boards';

export const allBoards: readonly Board[] = [...storyBoards, ...serviceBoards];
