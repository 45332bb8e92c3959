/** What the library may change while the service runs. */
export interface Policy {
  /** Days until a rented copy is due. */
  readonly loanDays: number;
}
