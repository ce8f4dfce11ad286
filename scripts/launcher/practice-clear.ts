import { runInDatabase } from './run-in-database.ts';
import { liveRun } from './supervisor/run-file.ts';
import { readSettings } from './supervisor/settings.ts';

// Removes what was sent, sold and answered against the simulator, before real people are written to.
const running = await liveRun(readSettings(process.env).dataDir);
if (running === undefined) {
  process.exitCode = await runInDatabase('practice-clear.js');
} else {
  console.error(`Drumbeat is running (${running.url}), and would go on practising. Stop it first.`);
  process.exitCode = 1;
}
