// Runs commands one after the other, each with its name and time; stops at the first that fails.
import { spawn } from 'node:child_process';

/** Answers the exit code of the first command that failed, else 0. */
export async function runAll(commands, env = {}) {
  for (const [command, ...args] of commands) {
    const started = Date.now();
    const code = await run(command, args, env);
    if (code !== 0) {
      console.error(`\n✖ ${[command, ...args].join(' ')} ended with ${code}`);
      return code;
    }
    console.log(`✔ ${[command, ...args].join(' ')} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  return 0;
}

/** Lists of commands side by side, each as `runAll` runs it, to the end of all; the first exit code that is not 0. */
export async function runSideBySide(lists, env = {}) {
  const codes = await Promise.all(lists.map((commands) => runAll(commands, env)));
  return codes.find((code) => code !== 0) ?? 0;
}

function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
    child.on('error', () => resolve(127));
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
