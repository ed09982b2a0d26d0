import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

// Preloaded by a test: says on stderr when the program begins to load what it is made of, and lets that take a second.
let hasBegun = false;
registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === "better-sqlite3" && !hasBegun) {
      hasBegun = true;
      writeSync(2, "loading\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    }
    return next(specifier, context);
  },
});
