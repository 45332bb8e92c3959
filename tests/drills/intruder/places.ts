import { SERVICES } from '../support/cluster';
import { httpDoor, kafkaDoor, mongoDoor, type Door } from '../support/doors';

/** A server of a stranger at the port of name servers, by which a pod could send out what it knows. */
export const NAME_SERVER = "a stranger's name server";

interface Place extends Door {
  /** Whether a pod of Book may reach it. */
  readonly isOpen: boolean;
}

const OTHERS = SERVICES.filter((service) => service !== 'book');

/** The servers of the system. */
export const places: readonly Place[] = [
  { ...mongoDoor('mongo:27017'), isOpen: true },
  { ...kafkaDoor('my-kafka:9092'), isOpen: true },
  ...OTHERS.map((service) => ({ ...httpDoor(`${service}:8080`), isOpen: false })),
];
