import { DomainError } from '../src/rules/errors/domain-error.js';
import { createSimulator } from './simulator.js';
import { SimulatorClock } from './simulator-clock.js';
import { optionsFromEnvironment } from './simulator-options.js';

try {
  const clock = SimulatorClock.of(process.env);
  const simulator = createSimulator(optionsFromEnvironment(process.env), clock);
  const url = await simulator.listen();
  const stop = () => {
    void simulator
      .close()
      .then(() => clock.close())
      .finally(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.send === undefined) console.log(`Meta simulator: ${url}`);
  else {
    process.once('disconnect', stop);
    process.send({ type: 'ready', url });
  }
} catch (error) {
  console.error(error instanceof DomainError ? error.message : error);
  process.exit(1);
}
