// A jest transformer: in place of a module's source it hands jest the module that Node itself has loaded, once for all
// suites of the worker. Each suite would otherwise read, compile and warm up the whole application again.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);

/** Sources are taken from dist/, which the global setup has built from exactly these sources. */
function builtFrom(file) {
  const path = relative(ROOT, file);
  if (!/^(src|simulator|migrations)\b/.test(path) || !path.endsWith('.ts')) return file;
  return join(ROOT, 'dist', path.replaceAll(sep, '/').replace(/\.ts$/, '.js'));
}

/** Node keeps what it has loaded, under the name that the application's own imports use, too. */
export function sharedModule(file) {
  // As in main.ts: whichever class a suite asks for first, its decorators find what keeps their metadata.
  require('reflect-metadata');
  return require(builtFrom(file));
}

function standIn(file, { supportsStaticESM }) {
  const loaded = `globalThis[Symbol.for('drumbeat.sharedModule')](${JSON.stringify(file)})`;
  if (!supportsStaticESM) return `module.exports = ${loaded};`;
  const names = Object.keys(sharedModule(file));
  const values = names.map((name, index) => `const _${index} = it[${JSON.stringify(name)}];`);
  const exported = names.map((name, index) => `_${index} as ${JSON.stringify(name)}`);
  return `const it = ${loaded};\n${values.join('\n')}\nexport { ${exported.join(', ')} };`;
}

// Jest also asks for what it loads outside of a suite: the global setup and the environment. Nothing is shared there.
const text = (source, file, options) => (options.supportsDynamicImport ? standIn(file, options) : source);

export default {
  process: (source, file, options) => ({ code: text(source, file, options) }),
  // What stands in for a module depends only on the names that it exports.
  getCacheKey: (source, file, options) =>
    createHash('sha256')
      .update(text(source, file, options))
      .digest('hex')
      .slice(0, 32),
};
