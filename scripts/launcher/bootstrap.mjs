// Runs before `npm start` and `npm test`, on the machine's own Node and before anything is installed: plain
// JavaScript, nothing from node_modules. The scripts that follow find the pinned Node in node_modules/.bin.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Drumbeat needs Node 20.19 or newer; this is Node ${process.versions.node} (${process.execPath}).`);
} else if (!isInstalled()) {
  const { exclusively } = await import('./processes/exclusive.mjs');
  // Two npm processes working in one node_modules would break it.
  await exclusively(`install ${root}`, async () => {
    if (!isInstalled()) await install();
  });
}
if (major < 24 && process.exitCode === undefined && !existsSync(join(root, 'node_modules', '.bin', 'node'))) {
  fail(`No packaged Node 24 for ${process.platform} ${process.arch}: start with Node 24 or newer.`);
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm records there what it has installed, and does so
 * last: without that file the installation was interrupted. File times would not do, because a checkout or a copy
 * changes them.
 */
function isInstalled() {
  const asked = packagesIn('package-lock.json');
  const present = packagesIn('node_modules/.package-lock.json');
  return (
    present !== undefined &&
    Object.entries(asked).every(([path, { version, optional }]) =>
      // Optional packages are for other platforms, or were not available.
      path === '' || optional ? true : present[path]?.version === version,
    ) &&
    Object.entries(present).every(([path, { version }]) => asked[path]?.version === version)
  );
}

function packagesIn(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

async function install() {
  const { spawn } = await import('node:child_process');
  const begun = performance.now();
  console.log('Installing dependencies, this takes about a minute ...');

  const [program, ...before] = npm();
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk) => {
    output += chunk;
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  // Stay until npm has ended: releasing the lock too early would let a second npm in.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code === 0) {
    console.log(`Installed in ${Math.round((performance.now() - begun) / 1000)} s.`);
  } else {
    fail(`${output.trim()}\nnpm ci failed: Drumbeat cannot start without its dependencies.`);
  }
}

/** The npm that runs this script, if one does. It may not be the one on the PATH. */
function npm() {
  const running = process.env.npm_execpath ?? '';
  return running.endsWith('npm-cli.js') ? [process.execPath, running] : ['npm'];
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
