import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 allocate all objects in its young space. By default, V8 guesses from early objects which kinds live long,
 * allocates those in its old space, and keeps a wrong guess. If the guess affects request objects, they pile up until a
 * full collection (decision 0028). Call it before the server starts to work.
 */
export function disablePretenuring(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
