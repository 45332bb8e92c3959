import { AssignerProtocol } from 'kafkajs';
import { createClient, eventually, refusalOf, severableWay, type Member } from './kafka.support';
import { range, texts, valuesOf, kafka, freshGroup, offsetOf, stateOf, read } from './kafka-features.support';

/** Consumers, and the groups that they form. */
export function groupFeatures(): void {
  describe('a consumer', () => {
    it('reads what was there before it where it asks for the beginning', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(3));
      const member = await kafka.join({ groupId: freshGroup(), topic });
      await eventually('everything has arrived', () => member.received.length >= 3);
      expect(valuesOf(member)).toEqual(texts(3));
    });

    it('reads only what comes after it where it does not', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(3));
      const member = await kafka.join({ groupId: freshGroup(), topic, fromBeginning: false });
      // The offset that "latest" stands for is asked for by the first fetch.
      await eventually('it has read', () => member.told('consumer.fetch') > 0);
      await kafka.send(topic, ['later']);
      await eventually('it has arrived', () => member.received.length > 0);
      expect(valuesOf(member)).toEqual(['later']);
    });

    it('reads again from where it seeks to', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(5));
      const member = await kafka.join({ groupId: freshGroup(), topic });
      await eventually('everything has arrived', () => member.received.length >= 5);
      member.consumer.seek({ topic, partition: 0, offset: '3' });
      await eventually('the end has arrived again', () => member.received.length >= 7);
      expect(valuesOf(member)).toEqual([...texts(5), ...texts(2, 3)]);
    });

    it('goes on where its group stopped', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(3));
      await read(groupId, topic, 3);
      expect(await offsetOf(groupId, topic)).toBe('3');
      await kafka.send(topic, texts(2, 3));
      const second = await kafka.join({ groupId, topic });
      await eventually('the rest has arrived', () => second.received.length >= 2);
      expect(valuesOf(second)).toEqual(texts(2, 3));
    });

    it('gets the records of a failed handler again, in order', async () => {
      const topic = await kafka.freshTopic();
      await kafka.send(topic, texts(4));
      let failures = 0;
      const handle = ({ offset }: { offset: number }): Promise<void> => {
        if (offset !== 2 || failures === 2) return Promise.resolve();
        failures += 1;
        return Promise.reject(new Error('not yet'));
      };
      const member = await kafka.join({ groupId: freshGroup(), topic, handle });
      await eventually('everything has arrived', () => valuesOf(member).includes('text 3'));
      expect(failures).toBe(2);
      expect(valuesOf(member)).toEqual(texts(4));
    });
  });

  describe('a group of two', () => {
    const both = async (topic: string, groupId = freshGroup()): Promise<[Member, Member]> => {
      const one = await kafka.join({ groupId, topic });
      const other = await kafka.join({ groupId, topic });
      await eventually(
        'both have their share',
        () => one.partitions().length + other.partitions().length === 4 && one.partitions().length === 2,
      );
      return [one, other];
    };
    const sendToAll = async (topic: string, values: readonly string[]): Promise<void> => {
      for (const partition of range(4)) await kafka.send(topic, values, partition);
    };

    it('shares the partitions, and gives every record to one of them', async () => {
      const topic = await kafka.freshTopic(4);
      const [one, other] = await both(topic);
      expect([...one.partitions(), ...other.partitions()].sort()).toEqual([0, 1, 2, 3]);
      await sendToAll(topic, texts(25));
      await eventually('everything has arrived', () => one.received.length + other.received.length >= 100);
      const seen = [one, other].flatMap(({ received }) => received.map((at) => `${at.partition}/${at.offset}`));
      expect(new Set(seen).size).toBe(100);
      expect(seen).toHaveLength(100);
      for (const member of [one, other])
        expect(new Set(member.received.map(({ partition }) => partition))).toEqual(new Set(member.partitions()));
    });

    it('gives everything to the one that stays when the other leaves', async () => {
      const topic = await kafka.freshTopic(4);
      const [one, other] = await both(topic);
      await other.leave();
      await eventually('the one has all partitions', () => one.partitions().length === 4);
      await sendToAll(topic, texts(3));
      await eventually('everything has arrived', () => one.received.length >= 12);
      expect(other.received).toEqual([]);
    });

    it('gives everything to the other when one is cut off without a word', async () => {
      const topic = await kafka.freshTopic(4);
      const groupId = freshGroup();
      const way = severableWay();
      const one = await kafka.join({
        groupId,
        topic,
        kafka: createClient(kafka.brokers, way.socketFactory),
        config: { retry: { retries: 0, restartOnFailure: () => Promise.resolve(false) } },
      });
      const other = await kafka.join({ groupId, topic });
      await eventually('the other has its share', () => other.partitions().length === 2);
      way.sever();
      await sendToAll(topic, texts(3));
      await eventually('the other has all partitions', () => other.partitions().length === 4);
      await eventually('everything has arrived', () => other.received.length >= 12);
      expect(one.received).toEqual([]);
    });

    it('gives the work of a stuck member to the other, whose progress its late return does not undo', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(3));
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      let isStuck = false;
      // For so long the group waits for the stuck member when the other one comes.
      const config = { rebalanceTimeout: 1_000 };
      const stuck = await kafka.join({
        groupId,
        topic,
        config,
        handle: () => {
          isStuck = true;
          return released;
        },
      });
      await eventually('the first one works', () => isStuck);
      const other = await kafka.join({ groupId, topic, config });
      await eventually('the other has done the work', () => other.received.length >= 3);
      await eventually('it is committed', async () => (await offsetOf(groupId, topic)) === '3');
      release();
      await eventually('the stuck one is back', () => stuck.told('consumer.group_join') === 2);
      expect(await offsetOf(groupId, topic)).toBe('3');
      expect(valuesOf(other)).toEqual(texts(3));
    });

    it('lets a member that is paused keep its partitions, and go on where it stopped', async () => {
      const topic = await kafka.freshTopic(4);
      const [one, other] = await both(topic);
      one.consumer.pause([{ topic }]);
      const beats = one.told('consumer.heartbeat');
      await sendToAll(topic, texts(5));
      await eventually('the other has its records', () => other.received.length >= 10);
      await eventually('the paused one is still a member', () => one.told('consumer.heartbeat') >= beats + 3);
      expect(one.received).toEqual([]);
      expect(other.partitions()).toHaveLength(2);
      one.consumer.resume([{ topic }]);
      await eventually('the one has its records too', () => one.received.length >= 10);
      for (const partition of one.partitions())
        expect(valuesOf({ received: one.received.filter((at) => at.partition === partition) })).toEqual(texts(5));
    });
  });

  describe('the administration of groups', () => {
    it('lists and describes a group with its members and their partitions', async () => {
      const topic = await kafka.freshTopic(2);
      const groupId = freshGroup();
      await kafka.join({ groupId, topic });
      await eventually('the group is stable', async () => (await stateOf(groupId)) === 'Stable');
      const { groups } = await kafka.admin.listGroups();
      expect(groups).toContainEqual({ groupId, protocolType: 'consumer' });
      const [described] = (await kafka.admin.describeGroups([groupId])).groups;
      expect(described).toMatchObject({ protocolType: 'consumer', protocol: 'RoundRobinAssigner' });
      const [member] = described?.members ?? [];
      expect(member).toMatchObject({ clientId: 'features' });
      const assignment = member && AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
      expect(assignment?.assignment[topic]?.sort()).toEqual([0, 1]);
    });

    it('reports an unknown group as dead', async () => {
      expect(await stateOf(freshGroup())).toBe('Dead');
    });

    it('sets the offsets of a group without members', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(5));
      await kafka.admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] });
      expect(await offsetOf(groupId, topic)).toBe('2');
      const member = await kafka.join({ groupId, topic });
      await eventually('the rest has arrived', () => member.received.length >= 3);
      expect(valuesOf(member)).toEqual(texts(3, 2));
    });

    it('deletes a group with its offsets when it has no members', async () => {
      const topic = await kafka.freshTopic();
      const groupId = freshGroup();
      await kafka.send(topic, texts(1));
      const member = await kafka.join({ groupId, topic });
      await eventually('it has arrived', () => member.received.length === 1);
      expect(await refusalOf(kafka.admin.deleteGroups([groupId]))).toBe('NON_EMPTY_GROUP');
      await member.leave();
      await eventually('the group is empty', async () => (await stateOf(groupId)) === 'Empty');
      await kafka.admin.deleteGroups([groupId]);
      expect((await kafka.admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId);
      expect(await offsetOf(groupId, topic)).toBe('-1');
      expect(await refusalOf(kafka.admin.deleteGroups([groupId]))).toBe('GROUP_ID_NOT_FOUND');
    });
  });
}
