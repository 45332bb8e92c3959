/** The rules of the house that the catalogue rests on. */
export const rules = {
  bookExists: 'Copies belong to a title of the catalogue.',
  copyExists: 'A copy is withdrawn by the id it has in the catalogue.',
  onlyFromStock: 'A copy is withdrawn while it is in stock, so that no reader loses it.',
} as const;
