import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app/context.ts";
import type { Work } from "./api.ts";
import type { Failure } from "./failure.ts";

/** A value that a screen reads from the server. While it reloads, `value` does not change. */
export interface Load<Value> {
  readonly value: Value | null;
  readonly failure: Failure | null;
  readonly isLoading: boolean;
  /** Reads again. */
  readonly reload: () => void;
  /** Replaces the value, after a change whose response contains it. */
  readonly replace: (value: Value) => void;
}

/** Reads from the server when the component appears and when `key` changes, and with `reload`. */
export function useLoad<Value>(key: string, work: Work<Value>): Load<Value> {
  const { api } = useApp();
  const [state, setState] = useState<{ value: Value | null; failure: Failure | null; isLoading: boolean }>({
    value: null,
    failure: null,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    api
      .read((sdk, signal) => latest.current(sdk, signal), controller.signal)
      .then((result) => {
        if (controller.signal.aborted) return;
        setState((before) =>
          result.ok
            ? { value: result.value, failure: null, isLoading: false }
            : { value: before.value, failure: result.failure, isLoading: false },
        );
      });
    return () => controller.abort();
  }, [api, key, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  const replace = useCallback((value: Value) => setState({ value, failure: null, isLoading: false }), []);
  return { ...state, reload, replace };
}
