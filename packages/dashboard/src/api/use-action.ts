import { useCallback, useRef, useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import type { Work } from "./api.ts";
import type { Failure, Result } from "./failure.ts";

/** A change that the user starts. */
export interface Action {
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** Forgets the failure. */
  readonly reset: () => void;
  /** Runs the change. Returns null without doing anything while another one is running, so that a double click counts once. */
  readonly run: <Value>(work: Work<Value>) => Promise<Result<Value> | null>;
}

/** Runs changes one at a time, and keeps the failure of the last one. A change that has started also ends, whatever the user closes. */
export function useAction(): Action {
  const { api } = useApp();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  // State changes with the next render. Two clicks can come before it.
  const isRunning = useRef(false);
  const run = useCallback(
    async <Value>(work: Work<Value>): Promise<Result<Value> | null> => {
      if (isRunning.current) return null;
      isRunning.current = true;
      setPending(true);
      setFailure(null);
      const result = await api.change(work, new AbortController().signal);
      isRunning.current = false;
      setPending(false);
      if (!result.ok) setFailure(result.failure);
      return result;
    },
    [api],
  );
  const reset = useCallback(() => setFailure(null), []);
  return { isPending, failure, reset, run };
}
