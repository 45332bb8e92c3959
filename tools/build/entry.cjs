// What a process of ours starts with: it runs the bundle beside it from the code that V8 made of it when it was built, for
// reading megabytes of JavaScript anew is half of what a start costs. The bundler copies this file beside every bundle.
'use strict';

const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { debuglog } = require('node:util');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const filename = __filename.replace(/\.js$/, '.bundle.js');
const cache = `${filename}.cache`;
const text = readFileSync(filename);
const digest = createHash('sha256').update(text).digest();
const kept = existsSync(cache) ? readFileSync(cache) : Buffer.alloc(0);
// V8 refuses the code of another V8, and compiles anew. Of the text it compares the length alone.
const isOfThisText = kept.subarray(0, digest.length).equals(digest);

// It also refuses code that was made under other flags. These two only say how far the heap may grow, which is settled by now.
setFlagsFromString('--max-old-space-size=0');
setFlagsFromString('--max-semi-space-size=0');

const script = new Script(wrap(text.toString('latin1')), {
  filename,
  ...(isOfThisText && { cachedData: kept.subarray(digest.length) }),
});
debuglog('code-cache')(script.cachedDataRejected === false ? 'from the cache' : 'compiled anew');
if (process.env.KEEP_CODE_CACHE)
  process.on('exit', () => writeFileSync(cache, Buffer.concat([digest, script.createCachedData()])));
script.runInThisContext().call(exports, exports, require, module, filename, __dirname);
