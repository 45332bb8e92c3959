import { member } from '@rentalbook/test-kit';
import { eventually } from '@rentalbook/test-kit/eventually';
import { certificateOf } from '../../harness/certificate';
import { nothing, until, type Fault, type Harm } from './fault';

const trusting = (days: number): Pick<Fault, 'harm' | 'heal'> => ({
  harm: ({ outside }) => {
    outside.trustAlso(certificateOf('localhost', days).certificate);
    return nothing();
  },
  heal: ({ outside }) => {
    outside.trustAlso(undefined);
    return nothing();
  },
});

const SECONDS_OF_TWELVE_HOURS = 43_200;
let members = 0;
/** A member whose token the router has not seen: its keys are needed. */
const newMember = async ({ system }: Harm): Promise<void> => {
  members += 1;
  await (await member(system, `new-${String(members)}`)).ask('{ myPage { activeCount } }');
};

/** What ends at a time that is known before, and what a cluster reports. */
export const expiryFaults: readonly Fault[] = [
  {
    name: 'certificate-for-two-weeks',
    sentence: 'One of the authorities that Book trusts MongoDB by expires in two weeks',
    alerts: ['RentalbookCertificateExpires'],
    ...trusting(14),
  },
  {
    name: 'certificate-for-a-day',
    sentence: 'One of the authorities that Book trusts MongoDB by expires tomorrow',
    alerts: ['RentalbookCertificateExpires', 'RentalbookCertificateExpiresNow'],
    ...trusting(1),
  },
  {
    name: 'issuer-away',
    sentence: 'The issuer of tokens does not answer for seven hours, and new members come',
    alerts: ['RentalbookTokenKeysExpire'],
    // At the jump of the clock whatever is under way takes seven hours.
    mayFollow: ['RentalbookReadLatencyBurnsFast', 'RentalbookReadLatencyBurnsSlowly'],
    harm: async (harm) => {
      await newMember(harm);
      harm.outside.issuer.setAway(true);
      harm.outside.passHours(7);
      while (!harm.ending.aborted) {
        await newMember(harm);
        await until(harm.ending, 1_000);
      }
    },
    heal: async (harm) => {
      harm.outside.issuer.setAway(false);
      await eventually(
        async () => {
          await newMember(harm);
          return (await harm.system.metrics()).some(
            ({ name, value }) => name === 'rentalbook_token_keys_left_seconds' && value === SECONDS_OF_TWELVE_HOURS,
          );
        },
        { what: 'that the keys are fetched' },
      );
    },
  },
  {
    name: 'full-volume',
    sentence: 'Kubelet reports that 5 % of the volume of MongoDB are left',
    alerts: ['RentalbookDiskFills'],
    harm: ({ outside }) => {
      outside.cluster.free(0.05);
      return nothing();
    },
    heal: ({ outside }) => {
      outside.cluster.free(0.7);
      return nothing();
    },
  },
  {
    name: 'entrance-certificate',
    sentence: 'cert-manager reports that the certificate of the entrance expires in five days',
    alerts: ['RentalbookEntranceCertificateExpires'],
    harm: ({ outside }) => {
      outside.cluster.entranceExpiresIn(5);
      return nothing();
    },
    heal: ({ outside }) => {
      outside.cluster.entranceExpiresIn(60);
      return nothing();
    },
  },
];
