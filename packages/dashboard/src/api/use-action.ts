import { useCallback, useRef, useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import type { Work } from "./api.ts";
import type { Failure, Result } from "./failure.ts";

/** A change that the user starts. */
export interface Action {
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** Refused values by their paths. */
  readonly fields: Readonly<Record<string, string>>;
  /** Removes the failure. */
  readonly reset: () => void;
  /**
   * Runs the change, and `onDone` after a success. Returns null without doing anything while another one is running, so
   * that a double click counts once.
   */
  readonly run: <Value>(work: Work<Value>, onDone?: (value: Value) => void) => Promise<Result<Value> | null>;
}

/**
 * Runs changes one at a time, and keeps the failure of the last one. A started change continues even if the user closes
 * the dialog.
 */
export function useAction(): Action {
  const { api } = useApp();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  // The state changes only with the next render, and two clicks can happen before it.
  const isRunning = useRef(false);
  const run = useCallback(
    async <Value>(work: Work<Value>, onDone?: (value: Value) => void): Promise<Result<Value> | null> => {
      if (isRunning.current) return null;
      isRunning.current = true;
      setPending(true);
      setFailure(null);
      const result = await api.change(work, new AbortController().signal);
      isRunning.current = false;
      setPending(false);
      if (result.ok) onDone?.(result.value);
      else setFailure(result.failure);
      return result;
    },
    [api],
  );
  const reset = useCallback(() => setFailure(null), []);
  const fields = failure?.kind === "fields" ? failure.fields : {};
  return { isPending, failure, fields, reset, run };
}
