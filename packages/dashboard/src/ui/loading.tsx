import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages.ts";

const DELAY_MS = 300;

/** Says that something is loading, but only after a delay, so that short waits show nothing. */
export function Loading() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), DELAY_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="loading" role="status">
      {isShown && (
        <>
          <span class="spinner" aria-hidden="true" />
          {messages.loading}
        </>
      )}
    </p>
  );
}
