import { sources } from '@rentalbook/event-contracts';
import { kafkaRightsOf, kafkaUsers, publishers } from '@rentalbook/messaging/kafka-rights';
import { aclsOfComponent } from '../engines/kafka-acls';

describe('the ACLs of Kafka', () => {
  it('as a file are those that the code works with', () => {
    const places = { topic: 'rentalbook', groupPrefix: '' };
    const inCode = kafkaUsers.flatMap((user) => kafkaRightsOf(user, places).map((right) => ({ user, right })));
    expect(aclsOfComponent()).toEqual(inCode);
  });

  it('let those services publish that the contracts of the events name, and no other', () => {
    expect([...publishers].sort()).toEqual([...sources].sort());
    const writers = kafkaUsers.filter((user) =>
      kafkaRightsOf(user, { topic: 'rentalbook', groupPrefix: '' }).some(
        ({ name, operations }) => name === 'rentalbook' && operations.includes('Write'),
      ),
    );
    // The operator puts dead letters back.
    expect(writers).toEqual([...publishers, 'operator']);
  });
});
