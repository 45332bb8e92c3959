export { allBoards } from './dashboards/all-boards';
export { askAll } from './dashboards/ask';
export { generatedFiles } from './generated-files';
