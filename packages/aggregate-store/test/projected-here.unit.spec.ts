import type { EventOf } from '@rentalbook/event-contracts';
import { createProjectedHere } from '../src/outbox/projected-here';

const eventOf = (id: string, source: 'reserve' | 'rental' = 'reserve') =>
  ({ id, source, eventType: 'Cancelled' }) as unknown as EventOf<'Cancelled'>;

describe('the events that a process has projected itself', () => {
  const begin = (fails = false) => {
    const project = jest.fn(() => (fails ? Promise.reject(new Error('away')) : Promise.resolve()));
    return { project, here: createProjectedHere(project, 'reserve') };
  };

  it('are not projected again by its relay', async () => {
    const { project, here } = begin();
    await here.project([eventOf('1'), eventOf('2')]);
    await here.projectOthers([eventOf('1'), eventOf('2')]);
    expect(project).toHaveBeenCalledTimes(1);
  });

  it('are projected by its relay where another process has written them', async () => {
    const { project, here } = begin();
    await here.project([eventOf('2')]);
    await here.projectOthers([eventOf('1'), eventOf('2')]);
    expect(project).toHaveBeenLastCalledWith([eventOf('1')]);
  });

  it('are projected by its relay where it failed to', async () => {
    const { project, here } = begin(true);
    await expect(here.project([eventOf('1')])).rejects.toThrow('away');
    await expect(here.projectOthers([eventOf('1')])).rejects.toThrow('away');
    expect(project).toHaveBeenCalledTimes(2);
  });

  it('are remembered while their projection is under way', async () => {
    let done: () => void = () => undefined;
    const project = jest.fn(() => new Promise<void>((resolve) => (done = resolve)));
    const here = createProjectedHere(project, 'reserve');
    const first = here.project([eventOf('1')]);
    const relay = here.projectOthers([eventOf('1')]);
    done();
    await Promise.all([first, relay]);
    expect(project).toHaveBeenCalledTimes(1);
  });

  it('are forgotten once the relay has sent them, and do not include those of others', async () => {
    const { project, here } = begin();
    await here.project([eventOf('1'), eventOf('2', 'rental')]);
    await here.projectOthers([eventOf('1')]);
    await here.projectOthers([eventOf('1'), eventOf('2', 'rental')]);
    expect(project).toHaveBeenLastCalledWith([eventOf('1'), eventOf('2', 'rental')]);
  });
});
