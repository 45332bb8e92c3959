import { engineFaults } from './engines';
import { expiryFaults } from './expiry';
import type { Fault } from './fault';
import { messageFaults } from './messages';
import { processFaults } from './processes';
import { readerFaults } from './readers';

/** In an order in which those that leave the least behind come first; Kafka loses its data last. */
export const allFaults: readonly Fault[] = [
  ...expiryFaults,
  ...messageFaults,
  ...processFaults,
  ...readerFaults,
  ...engineFaults,
];
