/** The policies that the library may change while the service runs. */
export interface Policy {
  /** Days until a rented copy is due. */
  readonly loanDays: number;
  /** How long a request may stay unanswered, in milliseconds; then it is rejected. */
  readonly requestTimeoutMs: number;
}
