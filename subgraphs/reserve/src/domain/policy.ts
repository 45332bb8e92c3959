/** The policies that the library may change while the service runs. */
export interface Policy {
  /** The status text of a reservation: "Booking", or "Process in {word}" once a word is configured. */
  readonly bookingStatus: string;
  /** Days for which a copy is held for a member. */
  readonly pickupDays: number;
}
