import { DOWN, inPulses, nothing, READERS_NOTICE, sent, until, type Fault } from './fault';

/** What happens to a process. */
export const processFaults: readonly Fault[] = [
  {
    name: 'hanging-service',
    sentence: 'MyPage hangs, and no reader asks for it',
    alerts: DOWN,
    harm: ({ system }) => {
      sent(system, 'mypage', 'SIGSTOP');
      return nothing();
    },
    heal: ({ system }) => {
      sent(system, 'mypage', 'SIGCONT');
      return nothing();
    },
  },
  {
    name: 'killed-often',
    sentence: 'Reserve is killed four times',
    alerts: ['RentalbookServiceRestarts'],
    mayFollow: [...DOWN, 'RentalbookConsumerRestarts'],
    harm: async ({ system, ending }) => {
      for (let times = 0; times < 4 && !ending.aborted; times += 1) {
        const pid = system.signal('reserve', 'SIGKILL');
        if (pid !== undefined) await system.untilReplaced('reserve', pid, 60_000);
        // Prometheus, which reads every two seconds, has to see each life.
        await until(ending, 2_200);
      }
    },
    heal: ({ system }) => system.untilReady(),
  },
  {
    name: 'no-processor',
    sentence: 'Book has a processor for a third of the time',
    alerts: ['RentalbookEventLoopLag'],
    mayFollow: [...DOWN, ...READERS_NOTICE],
    harm: (harm) => inPulses(harm, 'book', { stoppedMs: 400, runningMs: 200 }),
    heal: nothing,
  },
];
