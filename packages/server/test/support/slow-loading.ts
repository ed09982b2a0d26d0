import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

// A test preloads this module. It reports on stderr when the program starts to load its modules, and delays that by a
// second.
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
