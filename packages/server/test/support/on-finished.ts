/** Registers what to do when a test ends. Tests that run concurrently pass the one of their own context. */
export type OnFinished = (cleanUp: () => void | Promise<void>) => void;
