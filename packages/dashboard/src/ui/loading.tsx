import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages.ts";

const DELAY_MS = 300;

/** Says that something is loading, once it takes longer than people notice. */
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
