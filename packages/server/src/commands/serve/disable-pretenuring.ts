import { setFlagsFromString } from "node:v8";

/**
 * Has V8 make every object in its young space. By itself it guesses, from objects made early in the process's life, which
 * kinds will live long, and makes those in its old space; a wrong guess is kept. If one hits what each request is made
 * of, all that requests leave behind piles up until a full collection (decision 0028). To be called before there is work.
 */
export function disablePretenuring(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
