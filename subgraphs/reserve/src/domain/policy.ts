/** The policies that the library may change while the service runs. */
export interface Policy {
  /** The status text of a reservation: "Booking", or "Process in {word}" once a word is configured. */
  readonly bookingStatus: string;
  /** Days a copy stays set aside for a reader. */
  readonly pickupDays: number;
}
