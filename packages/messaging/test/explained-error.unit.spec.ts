import { ExplainedError, isExplained, reported } from '../src/explained-error';

class Away extends ExplainedError {
  override readonly name = 'Away';
}

describe('an error', () => {
  it('that explains itself is reported by its sentence, whatever its class', () => {
    expect(reported(new Away('start it'))).toBe('start it');
  });

  it('that is a defect is reported with its stack', () => {
    const defect = new TypeError('no case');
    expect([isExplained(defect), reported(defect)]).toEqual([false, defect.stack]);
  });

  it('of another copy of the module explains itself, too', () => {
    jest.isolateModules(() => {
      const copy = jest.requireActual<{ ExplainedError: typeof ExplainedError }>('../src/explained-error');
      expect(copy.ExplainedError).not.toBe(ExplainedError);
      expect(isExplained(new copy.ExplainedError('x'))).toBe(true);
    });
  });

  it('that was not thrown as one is reported as it is', () => {
    expect(reported('torn')).toBe('torn');
  });
});
