// mocha's `spec`, which also tells the runner (test/run.ts) how many tests there were.
import Mocha from 'mocha'

export default class Reporter extends Mocha.reporters.Spec {
  override done(failures: number, finish?: (failures: number) => void): void {
    const { passes = 0, failures: failed = 0, pending = 0 } = this.stats ?? {}
    if (process.send) process.send({ passed: passes, failed, skipped: pending }, () => finish?.(failures))
    else finish?.(failures)
  }
}
