import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages.ts";

const delayMs = 300;

/** Says that something is loading, but only after a delay, so that short waits show nothing. */
export function Loading() {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), delayMs);
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
